package io.durablestreams.protocol.sse;

import java.util.Base64;

/** The base64 encoding of the data events of binary streams (protocol §5.8). */
public final class SseData {

    private SseData() {}

    /**
     * Decodes the data of one event.
     *
     * @param data padded base64 in the standard alphabet, or empty; CR and LF are ignored
     * @throws MalformedBase64Exception if the data is not base64 of this form
     */
    public static byte[] decodeBase64(byte[] data) {
        byte[] base64 = withoutLineEnds(data);
        if (base64.length % 4 != 0) {
            throw new MalformedBase64Exception("its length is " + base64.length + ", which is not a multiple of 4");
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedBase64Exception(String.valueOf(malformed.getMessage()));
        }
    }

    /** Encodes the data of one event as padded base64 in the standard alphabet, in one line. */
    public static byte[] encodeBase64(byte[] bytes) {
        return Base64.getEncoder().encode(bytes);
    }

    private static byte[] withoutLineEnds(byte[] data) {
        ByteAccumulator kept = new ByteAccumulator();
        int from = 0;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                kept.append(data, from, i - from);
                from = i + 1;
            }
        }
        if (from == 0) {
            return data;
        }
        kept.append(data, from, data.length - from);
        return kept.toByteArray();
    }
}
