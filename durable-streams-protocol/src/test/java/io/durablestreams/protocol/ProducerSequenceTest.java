package io.durablestreams.protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProducerSequenceTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9_007_199_254_740_991L})
    void holdsEveryNumberThatAllLanguagesCanCount(long value) {
        assertThat(new ProducerSequence("p", value, 0).epoch()).isEqualTo(value);
        assertThat(new ProducerSequence("p", 0, value).seq()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 9_007_199_254_740_992L, Long.MIN_VALUE, Long.MAX_VALUE})
    void refusesOtherNumbers(long value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProducerSequence("p", value, 0))
                .withMessage("epoch must be between 0 and 9007199254740991, but is " + value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProducerSequence("p", 0, value))
                .withMessage("seq must be between 0 and 9007199254740991, but is " + value);
    }

    @Test
    void refusesAnEmptyProducerId() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProducerSequence("", 0, 0))
                .withMessageContaining("producer id");
    }
}
