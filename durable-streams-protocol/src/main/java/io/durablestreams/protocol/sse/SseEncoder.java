package io.durablestreams.protocol.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events (protocol §5.8) in the form that existing clients of the protocol expect. */
public final class SseEncoder {

    private static final byte[] EVENT_FIELD = "event: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA_FIELD = "data:".getBytes(StandardCharsets.US_ASCII);

    private SseEncoder() {}

    /**
     * Returns an event, complete with its blank line.
     *
     * <p>Every CR, LF or CRLF of the data starts a new {@code data} line, so that no content can fake an event; a
     * reader gets LF for each of them. A space follows {@code data:} only where the line itself starts with one, which
     * a reader then removes: lines arrive exactly as they are.
     *
     * @param type the type of the event, in one line
     * @param data the content; no bytes give one empty {@code data} line
     * @throws IllegalArgumentException when the type holds a line end
     */
    public static byte[] encode(String type, byte[] data) {
        if (type.indexOf('\n') >= 0 || type.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("The type of an event must be one line, but is '" + type + "'");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 64);
        out.writeBytes(EVENT_FIELD);
        out.writeBytes(type.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        int from = 0;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                writeLine(out, data, from, i);
                if (data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n') {
                    i++;
                }
                from = i + 1;
            }
        }
        writeLine(out, data, from, data.length);
        out.write('\n');
        return out.toByteArray();
    }

    private static void writeLine(ByteArrayOutputStream out, byte[] data, int from, int to) {
        out.writeBytes(DATA_FIELD);
        if (from < to && data[from] == ' ') {
            out.write(' ');
        }
        out.write(data, from, to - from);
        out.write('\n');
    }
}
