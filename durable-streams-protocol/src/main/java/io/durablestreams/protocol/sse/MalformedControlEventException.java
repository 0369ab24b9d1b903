package io.durablestreams.protocol.sse;

import java.nio.charset.StandardCharsets;

/** A control event does not contain the position of the reader, or is not valid (protocol §5.8). */
public final class MalformedControlEventException extends RuntimeException {

    private static final int MAX_EXCERPT_CHARS = 100;

    MalformedControlEventException(String reason, byte[] data) {
        super("Malformed control event: " + reason + "; its data is '" + excerpt(data) + "'");
    }

    private static String excerpt(byte[] data) {
        String text = new String(data, 0, Math.min(data.length, 4 * MAX_EXCERPT_CHARS), StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", " ");
        return text.length() <= MAX_EXCERPT_CHARS ? text : text.substring(0, MAX_EXCERPT_CHARS) + "...";
    }
}
