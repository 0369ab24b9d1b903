package io.durablestreams.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Recognises a JSON value without white space outside its strings, in one pass that allocates nothing. For a message of
 * 100 bytes this takes a quarter of the time that a parser needs.
 *
 * <p>Returns true only for input that it can prove valid. All other input must be checked by a parser, which also
 * reports the error. Valid input with white space or deep nesting is in this group.
 */
final class CompactJson {

    private static final int UNKNOWN = -1;

    /** The ASCII characters that need no escape in a string. */
    private static final boolean[] PLAIN = new boolean[256];

    static {
        Arrays.fill(PLAIN, ' ', 0x80, true);
        PLAIN['"'] = false;
        PLAIN['\\'] = false;
    }

    /** Up to this length a string is scanned byte by byte, because scanning words of eight bytes is slower for it. */
    private static final int SHORT_STRING = 16;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long IN_EACH_BYTE = 0x0101010101010101L;

    private CompactJson() {}

    /** Returns true if the bytes are one valid, compact JSON value; false if they may or may not be valid JSON. */
    static boolean isValue(byte[] json) {
        long open = 1; // A one, followed by one bit for each open container: set for an object.
        int i = 0;
        while (i >= 0) {
            int first = at(json, i);
            if (first == '{' || first == '[') {
                if (open < 0) {
                    return false;
                }
                open = open << 1 | (first == '{' ? 1 : 0);
                if (at(json, i + 1) != closing(open)) {
                    i = behindSeparator(json, i, open);
                    continue;
                }
                i++;
            } else {
                i = behindScalar(json, i, first);
            }
            while (open != 1 && at(json, i) == closing(open)) {
                i++;
                open >>>= 1;
            }
            if (open == 1) {
                return i == json.length;
            }
            i = at(json, i) == ',' ? behindSeparator(json, i, open) : UNKNOWN;
        }
        return false;
    }

    private static int closing(long open) {
        return (open & 1) == 1 ? '}' : ']';
    }

    /** Returns the start of the next value: after the bracket or comma and, in an object, after the name. */
    private static int behindSeparator(byte[] json, int separator, long open) {
        int i = separator + 1;
        if ((open & 1) == 0) {
            return i;
        }
        if (at(json, i) != '"') {
            return UNKNOWN;
        }
        i = behindString(json, i);
        return at(json, i) == ':' ? i + 1 : UNKNOWN;
    }

    private static int behindScalar(byte[] json, int start, int first) {
        return switch (first) {
            case '"' -> behindString(json, start);
            case 't' -> behindLiteral(json, start, "true");
            case 'f' -> behindLiteral(json, start, "false");
            case 'n' -> behindLiteral(json, start, "null");
            default -> behindNumber(json, start);
        };
    }

    private static int behindLiteral(byte[] json, int start, String literal) {
        for (int i = 0; i < literal.length(); i++) {
            if (at(json, start + i) != literal.charAt(i)) {
                return UNKNOWN;
            }
        }
        return start + literal.length();
    }

    private static int behindNumber(byte[] json, int start) {
        int digits = at(json, start) == '-' ? start + 1 : start;
        int i = at(json, digits) == '0' ? digits + 1 : behindDigits(json, digits);
        int next = at(json, i);
        if (next == '.') {
            i = behindDigits(json, i + 1);
            next = at(json, i);
        }
        if (next == 'e' || next == 'E') {
            int sign = at(json, i + 1);
            i = behindDigits(json, sign == '+' || sign == '-' ? i + 2 : i + 1);
        }
        return i;
    }

    /** Returns the end of one or more digits. */
    private static int behindDigits(byte[] json, int start) {
        int i = start;
        while (isDigit(at(json, i))) {
            i++;
        }
        return i > start ? i : UNKNOWN;
    }

    private static int behindString(byte[] json, int openingQuote) {
        int i = openingQuote + 1;
        while (i >= 0) {
            i = behindPlain(json, i);
            int next = at(json, i);
            if (next == '"') {
                return i + 1;
            }
            if (next == '\\') {
                i = behindEscape(json, i);
            } else {
                i = next < 0 ? behindCharacter(json, i) : UNKNOWN;
            }
        }
        return UNKNOWN;
    }

    private static int behindPlain(byte[] json, int start) {
        int shortEnd = start + Math.min(SHORT_STRING, json.length - start);
        int i = start;
        while (i < shortEnd && PLAIN[json[i] & 0xff]) {
            i++;
        }
        return i < shortEnd ? i : behindManyPlain(json, i);
    }

    private static int behindManyPlain(byte[] json, int start) {
        int i = start;
        while (i <= json.length - Long.BYTES && arePlain((long) WORDS.get(json, i))) {
            i += Long.BYTES;
        }
        while (i < json.length && PLAIN[json[i] & 0xff]) {
            i++;
        }
        return i;
    }

    /**
     * Returns whether eight bytes are all {@link #PLAIN}. The subtractions set the highest bit of a quote, a control
     * character or a backslash. Bytes outside of ASCII have this bit set already.
     */
    private static boolean arePlain(long word) {
        long quoteOrControl = (word ^ 0x02 * IN_EACH_BYTE) - 0x21 * IN_EACH_BYTE;
        long backslash = (word ^ '\\' * IN_EACH_BYTE) - IN_EACH_BYTE;
        return ((quoteOrControl | backslash | word) & 0x80 * IN_EACH_BYTE) == 0;
    }

    private static int behindEscape(byte[] json, int backslash) {
        switch (at(json, backslash + 1)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return backslash + 2;
            case 'u':
                for (int i = backslash + 2; i < backslash + 6; i++) {
                    if (!isHexDigit(at(json, i))) {
                        return UNKNOWN;
                    }
                }
                return backslash + 6;
            default:
                return UNKNOWN;
        }
    }

    /** Returns the end of a multi-byte UTF-8 character that has its shortest form and is no surrogate. */
    private static int behindCharacter(byte[] json, int start) {
        int first = json[start] & 0xff;
        int second = at(json, start + 1);
        if (first < 0xc2 || first > 0xf4 || !isContinuation(second)) {
            return UNKNOWN;
        }
        if (first < 0xe0) {
            return start + 2;
        }
        if (!isContinuation(at(json, start + 2))) {
            return UNKNOWN;
        }
        // The upper bits of the character: enough to exclude overlong forms, surrogates and values above U+10FFFF.
        int bits = (first & 0x0f) << 6 | second & 0x3f;
        if (first < 0xf0) {
            return bits < 0x20 || bits >> 5 == 0xd800 >> 11 ? UNKNOWN : start + 3;
        }
        boolean inRange = bits >= 0x10 && bits <= 0x10ffff >> 12;
        return inRange && isContinuation(at(json, start + 3)) ? start + 4 : UNKNOWN;
    }

    private static boolean isContinuation(int next) {
        return next < -64;
    }

    private static boolean isDigit(int next) {
        return next >= '0' && next <= '9';
    }

    private static boolean isHexDigit(int next) {
        return isDigit(next) || next >= 'a' && next <= 'f' || next >= 'A' && next <= 'F';
    }

    /** Returns the byte at an index, or 0, which continues no value, if the index is out of range. */
    private static int at(byte[] json, int i) {
        return i >= 0 && i < json.length ? json[i] : 0;
    }
}
