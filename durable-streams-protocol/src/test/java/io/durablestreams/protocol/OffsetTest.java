package io.durablestreams.protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OffsetTest {

    @Test
    void theTwoSentinelsAreTheirWireForms() {
        assertThat(Offset.of("-1")).isSameAs(Offset.BEGINNING).hasToString("-1");
        assertThat(Offset.of("now")).isSameAs(Offset.NOW).hasToString("now");
        assertThat(Offset.BEGINNING.isSentinel()).isTrue();
        assertThat(Offset.NOW.isSentinel()).isTrue();
        assertThat(new Offset("now")).isEqualTo(Offset.NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-2", "NOW", "0000000000000001_0000000000000100", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "a%2Fb"})
    void everyOtherTokenIsKeptAsItIs(String token) {
        Offset offset = Offset.of(token);

        assertThat(offset.value()).isEqualTo(token);
        assertThat(offset).hasToString(token).isEqualTo(Offset.of(token));
        assertThat(offset.isSentinel()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", " a", "a ", "a\n", "\ta", "a\u0000b", "a\u007f", "\u00fc", "a\u0080", "a\ud83d\ude00"})
    void refusesAllButVisibleAscii(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Offset.of(token))
                .withMessageContaining("'" + token + "'")
                .withMessageContaining("unchanged");
    }

    @Test
    void refusesAnEmptyToken() {
        assertThatIllegalArgumentException().isThrownBy(() -> Offset.of("")).withMessageContaining("must not be empty");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, true",
        "2, 1, false",
        "1, 1, false",
        "10, 9, true",
        "A, a, true",
        "1, 1_0, true",
        "-1, 5, false",
        "5, -1, false",
        "5, now, false",
        "now, 5, false",
        "-1, now, false"
    })
    void realOffsetsAreOrderedByTheirBytesAndSentinelsNotAtAll(String one, String other, boolean before) {
        assertThat(Offset.of(one).isBefore(Offset.of(other))).isEqualTo(before);
    }
}
