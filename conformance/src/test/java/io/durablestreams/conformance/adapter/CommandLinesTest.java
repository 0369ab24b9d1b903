package io.durablestreams.conformance.adapter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CommandLinesTest {

    @Test
    void endsLinesAtLineFeedsAndNowhereElse() throws IOException {
        CommandLines lines = lines("one\r\n\ntw\ro\u2028\u0085\nlast");

        assertThat(lines.next()).isEqualTo("one");
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).isEqualTo("tw\ro\u2028\u0085");
        assertThat(lines.next()).isEqualTo("last");
        assertThat(lines.next()).isNull();
    }

    private static CommandLines lines(String text) {
        return new CommandLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
