package io.durablestreams.protocol.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encodes server-sent events in the form that existing clients of the protocol expect (protocol §5.8). */
public final class SseEncoder {

    private static final byte[] EVENT_FIELD = "event: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA_FIELD = "data:".getBytes(StandardCharsets.US_ASCII);

    private SseEncoder() {}

    /**
     * Returns the encoded event, including the blank line that completes it.
     *
     * <p>Every CR, LF or CRLF in the data starts a new {@code data} line, so that content cannot imitate an event. A
     * reader receives LF in place of each of them.
     *
     * <p>If a line of the data starts with a space, the encoder adds another space after {@code data:}. Readers remove
     * one space, and so receive the line unchanged.
     *
     * @param type the type of the event, without line ends
     * @param data the content; empty content becomes one empty {@code data} line
     * @throws IllegalArgumentException if the type contains CR or LF
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
