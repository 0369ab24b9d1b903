package io.durablestreams.server.handler;

import java.util.List;

/** Finds the ends of characters in UTF-8 text that was appended in pieces. */
final class Utf8 {

    private static final int LONGEST_CHARACTER = 4;

    private Utf8() {}

    /**
     * Returns the length in bytes of the longest sequence of leading pieces that does not end inside a character, or 0
     * if none exists.
     *
     * @param pieces the pieces
     * @param text all pieces, concatenated
     */
    static int lengthOfWholeAppends(List<byte[]> pieces, byte[] text) {
        int end = text.length;
        for (int i = pieces.size() - 1; i >= 0; i--) {
            if (!endsInsideCharacter(text, end)) {
                return end;
            }
            end -= pieces.get(i).length;
        }
        return 0;
    }

    /** Returns whether the bytes before {@code end} end inside a character. Malformed bytes count as complete. */
    static boolean endsInsideCharacter(byte[] text, int end) {
        for (int length = 1; length < LONGEST_CHARACTER && length <= end; length++) {
            int b = text[end - length] & 0xff;
            if (b >= 0xc0) {
                return length < lengthOfCharacter(b);
            }
            if (b < 0x80) {
                return false;
            }
        }
        return false;
    }

    private static int lengthOfCharacter(int firstByte) {
        if (firstByte >= 0xf0) {
            return firstByte <= 0xf4 ? LONGEST_CHARACTER : 1;
        }
        return firstByte >= 0xe0 ? 3 : 2;
    }
}
