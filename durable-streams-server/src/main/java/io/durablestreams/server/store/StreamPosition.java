package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/**
 * Offsets for stores that count content bytes (protocol §8). The token of a position is sixteen zeros, an underscore,
 * and the number of bytes before the position in sixteen digits. Tokens therefore have the order of their positions.
 *
 * <p>A store may use other offsets. {@link StreamStore} has the rules for them.
 */
public final class StreamPosition {

    private static final int DIGITS = 16;
    private static final String PREFIX = "0".repeat(DIGITS) + "_";
    private static final int LENGTH = PREFIX.length() + DIGITS;

    private StreamPosition() {}

    /**
     * Returns the offset of a position.
     *
     * @param position the number of content bytes before the position, from 0 to 10^16 - 1; not checked
     */
    public static Offset toOffset(long position) {
        char[] token = new char[LENGTH];
        PREFIX.getChars(0, PREFIX.length(), token, 0);
        long rest = position;
        for (int i = LENGTH - 1; i >= PREFIX.length(); i--) {
            token[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
        return Offset.of(new String(token));
    }

    /** Returns the position of an offset in bytes, or -1 if the offset does not have the form of this class. */
    public static long of(Offset offset) {
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
