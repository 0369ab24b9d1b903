package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.protocol.ProducerSequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProducerHeadersTest {

    @Test
    void noneOfTheThreeIsAPlainAppend() {
        assertThat(ProducerHeaders.parse(null, null, null)).isNull();
    }

    @Test
    void readsAllThree() {
        assertThat(ProducerHeaders.parse("orders service", "2", "17"))
                .isEqualTo(new ProducerSequence("orders service", 2, 17));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "9007199254740991, 9007199254740991",
        "007, 7",
        "00000000000000000000000000000000000001, 1",
        "0000, 0"
    })
    void readsNumbersUpToTheLargestExactDouble(String value, long number) {
        assertThat(ProducerHeaders.parse("p", value, value)).isEqualTo(new ProducerSequence("p", number, number));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+1",
                "1.0",
                "1e3",
                "1x",
                "0x1",
                "1 2",
                "9007199254740992",
                "99999999999999999999",
                "٣"
            })
    void refusesEverythingElseAndNamesTheHeader(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProducerHeaders.parse("p", value, "0"))
                .withMessageContaining("Producer-Epoch")
                .withMessageContaining("'" + value + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProducerHeaders.parse("p", "0", value))
                .withMessageContaining("Producer-Seq");
    }

    @ParameterizedTest
    @CsvSource({"p,,", ",1,", ",,1", "p,1,", "p,,1", ",1,1"})
    void someOfTheThreeAreNotEnough(@Nullable String id, @Nullable String epoch, @Nullable String seq) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProducerHeaders.parse(id, epoch, seq))
                .withMessageContaining("all three or none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anIdMustNotBeEmpty(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProducerHeaders.parse(id, "0", "0"))
                .withMessageContaining("Producer-Id");
    }
}
