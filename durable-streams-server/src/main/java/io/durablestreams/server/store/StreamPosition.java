package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/**
 * The offsets of the stores in this package: sixteen zeros, an underscore and the number of content bytes before the
 * position in sixteen digits, so that the order of the tokens is the order of the positions.
 */
final class StreamPosition {

    private static final int DIGITS = 16;
    private static final String PREFIX = "0".repeat(DIGITS) + "_";
    private static final int LENGTH = PREFIX.length() + DIGITS;

    private StreamPosition() {}

    static Offset toOffset(long position) {
        char[] token = new char[LENGTH];
        PREFIX.getChars(0, PREFIX.length(), token, 0);
        long rest = position;
        for (int i = LENGTH - 1; i >= PREFIX.length(); i--) {
            token[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
        return Offset.of(new String(token));
    }

    /** Returns the position of an offset, or -1 when the offset is not of this form. */
    static long of(Offset offset) {
        String token = offset.value();
        if (token.length() != LENGTH || !token.startsWith(PREFIX)) {
            return -1;
        }
        long position = 0;
        for (int i = PREFIX.length(); i < LENGTH; i++) {
            char c = token.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            position = position * 10 + (c - '0');
        }
        return position;
    }
}
