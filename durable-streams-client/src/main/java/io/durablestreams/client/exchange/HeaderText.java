package io.durablestreams.client.exchange;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Checks text that the application sends in headers. */
public final class HeaderText {

    private static final String RULE = " must be visible ASCII characters, and neither empty nor blank at an end";
    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    private HeaderText() {}

    /** Returns the text if servers receive it unchanged: visible ASCII characters and inner spaces, and not empty. */
    public static String require(String what, String text) {
        if (!arrivesAsItIs(text)) {
            throw new IllegalArgumentException(what + RULE + ", but is '" + text + "'");
        }
        return text;
    }

    /**
     * Returns the value of a header if servers receive it unchanged. It may be a secret, so exceptions do not contain
     * it.
     */
    public static String requireValue(String header, String value) {
        if (!arrivesAsItIs(value)) {
            throw new IllegalArgumentException("The value of header '" + header + "'" + RULE);
        }
        return value;
    }

    /** Returns the name if it is valid for a header (RFC 9110 §5.1). */
    public static String requireName(String name) {
        boolean token = !name.isEmpty() && name.chars().allMatch(HeaderText::isTokenCharacter);
        if (!token) {
            throw new IllegalArgumentException("The name of a header must be letters, digits and any of "
                    + TOKEN_SYMBOLS + ", but is '" + name + "'");
        }
        return name;
    }

    /** Returns the reason why these headers cannot be written, without their values, or null if they can. */
    static @Nullable IllegalArgumentException refusal(HttpHeaders headers) {
        try {
            headers.forEach((name, values) -> requireWritable(requireName(name), values));
            return null;
        } catch (IllegalArgumentException refusal) {
            return refusal;
        }
    }

    private static void requireWritable(String header, List<String> values) {
        boolean control = values.stream().flatMapToInt(String::chars).anyMatch(HeaderText::isControlCharacter);
        if (control) {
            throw new IllegalArgumentException(
                    "The value of header '" + header + "' must not have control characters, such as line feeds");
        }
    }

    private static boolean isControlCharacter(int character) {
        return character < ' ' && character != '\t' || character == 0x7f;
    }

    private static boolean arrivesAsItIs(String text) {
        return !text.isEmpty()
                && text.equals(text.strip())
                && text.chars().allMatch(character -> character >= ' ' && character < 0x7f);
    }

    private static boolean isTokenCharacter(int character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || TOKEN_SYMBOLS.indexOf(character) >= 0;
    }
}
