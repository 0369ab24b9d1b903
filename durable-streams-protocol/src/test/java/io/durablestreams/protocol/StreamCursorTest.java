package io.durablestreams.protocol;

import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class StreamCursorTest {

    private static final long EPOCH = Instant.parse("2024-10-09T00:00:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource({"0, 0", "19999, 0", "20000, 1", "2000000, 100"})
    void countsIntervalsOfTwentySeconds(long millis, long interval) {
        assertThat(StreamCursor.answer(null, EPOCH + millis, 0.5)).isEqualTo(new StreamCursor(interval));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"abc", "-5", "1.5", " 7", "1000000000000000000", "99999999999999999999999"})
    void whatIsNoCursorCountsAsAbsent(@Nullable String echoed) {
        assertThat(StreamCursor.answer(echoed, EPOCH + 2_000_000, 0.5)).isEqualTo(new StreamCursor(100));
    }

    @Test
    void aClientBehindGetsThePresentInterval() {
        assertThat(StreamCursor.answer("99", EPOCH + 2_000_000, 0.999)).isEqualTo(new StreamCursor(100));
    }

    @ParameterizedTest
    @CsvSource({"100, 0.0, 101", "100, 0.99999, 280", "100, 0.5, 191", "5000, 0.0, 5001", "5000, 0.99999, 5180"})
    void aClientThatIsNotBehindGetsALaterOneThanItsOwn(String echoed, double random, long expected) {
        assertThat(StreamCursor.answer(echoed, EPOCH + 2_000_000, random)).isEqualTo(new StreamCursor(expected));
    }

    @Test
    void theLargestCursorDoesNotOverflow() {
        String largest = "9".repeat(18);
        assertThat(StreamCursor.answer(largest, EPOCH, 0.9).value()).isGreaterThan(Long.parseLong(largest));
    }

    @Test
    void onOneConnectionItAdvancesWithTimeAndNeverGoesBack() {
        StreamCursor ahead = new StreamCursor(150);
        assertThat(ahead.at(EPOCH + 2_000_000)).isEqualTo(ahead);
        assertThat(ahead.at(EPOCH + 4_000_000)).isEqualTo(new StreamCursor(200));
    }

    @Test
    void isWrittenAsADecimal() {
        assertThat(new StreamCursor(1234)).hasToString("1234");
    }
}
