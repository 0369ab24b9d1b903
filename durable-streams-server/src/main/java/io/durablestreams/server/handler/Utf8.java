package io.durablestreams.server.handler;

import java.util.List;

/** Where characters end in UTF-8 text that was appended in pieces. */
final class Utf8 {

    private static final int LONGEST_CHARACTER = 4;

    private Utf8() {}

    /**
     * Returns the length of the longest run of leading pieces that does not end inside a character; 0 if there is none.
     *
     * @param pieces the pieces
     * @param text all pieces in one
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

    /** Whether the bytes before {@code end} end with the beginning of a character; garbage counts as whole. */
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
