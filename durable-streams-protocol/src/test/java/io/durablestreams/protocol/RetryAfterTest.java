package io.durablestreams.protocol;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"0, PT0S", "1, PT1S", "120, PT2M", "' 7 ', PT7S", "007, PT7S", "999999999, PT999999999S"})
    void aNumberIsSeconds(String header, Duration wait) {
        assertThat(RetryAfter.parse(header, NOW)).isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource({
        "'Sun, 01 Mar 2026 12:00:30 GMT', PT30S",
        "'Sun, 1 Mar 2026 12:00:30 GMT', PT30S",
        "' Mon, 02 Mar 2026 12:00:00 GMT ', PT24H",
        "'Sun, 01 Mar 2026 12:00:00 GMT', PT0S",
        "'Sun, 01 Mar 2026 11:59:59 GMT', PT0S",
        "'Sun, 06 Nov 1994 08:49:37 GMT', PT0S"
    })
    void aDateIsCountedFromThePresentAndNeverNegative(String header, Duration wait) {
        assertThat(RetryAfter.parse(header, NOW)).isEqualTo(wait);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "-1",
                "+1",
                "1.5",
                "1s",
                "soon",
                "1, 2",
                "9999999999",
                "99999999999999999999",
                "\u0661\u0662",
                "2026-03-01T12:00:30Z",
                "Mon, 01 Mar 2026 12:00:30 GMT",
                "Sun, 32 Mar 2026 12:00:30 GMT"
            })
    void anythingElseAsksForNothing(String header) {
        assertThat(RetryAfter.parse(header, NOW)).isNull();
    }

    @Test
    void anAbsentHeaderAsksForNothing() {
        assertThat(RetryAfter.parse(null, NOW)).isNull();
    }
}
