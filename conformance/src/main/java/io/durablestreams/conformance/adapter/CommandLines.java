package io.durablestreams.conformance.adapter;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/** Lines of UTF-8 that end at LF or CRLF and nowhere else: a lone CR is white space within JSON. */
final class CommandLines {

    private final InputStream input;

    CommandLines(InputStream input) {
        this.input = new BufferedInputStream(input);
    }

    /** Returns the next line without its end, or null at the end of the input. */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = input.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            line.write(next);
            next = input.read();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
