package io.durablestreams.conformance.adapter;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class Utf8Test {

    @Test
    void decodesCharactersThatAreCutAnywhere() {
        byte[] bytes = "a\u00e9\u20ac\uD83D\uDE00z".getBytes(StandardCharsets.UTF_8);
        Utf8 decoder = new Utf8();
        StringBuilder text = new StringBuilder();

        for (byte each : bytes) {
            text.append(decoder.decode(List.of(new byte[] {each})));
        }

        assertThat(text.append(decoder.end())).hasToString("a\u00e9\u20ac\uD83D\uDE00z");
    }

    @Test
    void replacesWhatIsNoCharacterAndWhatStopsShort() {
        Utf8 decoder = new Utf8();

        assertThat(decoder.decode(List.of(new byte[] {(byte) 0xff, 'a'}, new byte[] {(byte) 0xe2, (byte) 0x82})))
                .isEqualTo("\uFFFDa");
        assertThat(decoder.end()).isEqualTo("\uFFFD");
        assertThat(new Utf8().end()).isEmpty();
    }
}
