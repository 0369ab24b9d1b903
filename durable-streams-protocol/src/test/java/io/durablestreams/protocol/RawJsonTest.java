package io.durablestreams.protocol;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RawJsonTest {

    @Test
    void isEqualByItsBytes() {
        RawJson tea = RawJson.of("{\"item\":\"tea\"}");

        assertThat(tea)
                .isEqualTo(new RawJson("{\"item\":\"tea\"}".getBytes(StandardCharsets.UTF_8)))
                .hasSameHashCodeAs(RawJson.of("{\"item\":\"tea\"}"))
                .isNotEqualTo(RawJson.of("{ \"item\":\"tea\"}"))
                .isNotEqualTo("{\"item\":\"tea\"}");
    }

    @Test
    void isItsTextInUtf8() {
        assertThat(RawJson.of("\"t\u00e9\"").bytes()).isEqualTo(new byte[] {'"', 't', (byte) 0xC3, (byte) 0xA9, '"'});
        assertThat(RawJson.of("\"t\u00e9\"")).hasToString("\"t\u00e9\"");
    }
}
