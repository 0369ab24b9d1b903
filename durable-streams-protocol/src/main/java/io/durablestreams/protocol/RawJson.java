package io.durablestreams.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One JSON value that is serialised already: written as it is, after a check that it is exactly one value, and read
 * without data binding.
 *
 * @param bytes the value in UTF-8; not copied, and not to be changed afterwards
 */
public record RawJson(byte[] bytes) {

    /** Returns the value with this text. */
    public static RawJson of(String text) {
        return new RawJson(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the text of the value. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawJson that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
