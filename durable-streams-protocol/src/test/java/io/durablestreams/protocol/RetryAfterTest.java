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
    @CsvSource({
        "0, PT0S",
        "1, PT1S",
        "120, PT2M",
        "' 7 ', PT7S",
        "007, PT7S",
        "0000000000120, PT2M",
        "999999999, PT999999999S"
    })
    void aNumberIsSeconds(String header, Duration wait) {
        assertThat(RetryAfter.parse(header, null, NOW)).isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource({
        "'Sun, 01 Mar 2026 12:00:30 GMT', PT30S",
        "'Sun, 1 Mar 2026 12:00:30 GMT', PT30S",
        "' Mon, 02 Mar 2026 12:00:00 GMT ', PT24H",
        "'Sun, 01 Mar 2026 12:00:00 GMT', PT0S",
        "'Sun, 01 Mar 2026 11:59:59 GMT', PT0S",
        "'Sun, 06 Nov 1994 08:49:37 GMT', PT0S",
        "'Sunday, 01-Mar-26 12:00:30 GMT', PT30S",
        "'sunday, 01-mar-26 12:00:30 gmt', PT30S",
        "'Sunday, 06-Nov-94 08:49:37 GMT', PT0S",
        "'Sun Mar  1 12:00:30 2026', PT30S",
        "'Sun Mar 1 12:00:30 2026', PT30S",
        "'Tue Mar 10 12:00:00 2026', PT216H",
        "'Sun Nov  6 08:49:37 1994', PT0S",
        "'Mon, 01 Mar 2026 12:00:30 GMT', PT30S",
        "'Monday, 01-Mar-26 12:00:30 GMT', PT30S",
        "'Mon Mar  1 12:00:30 2026', PT30S",
        "'Sun, 01 Mar 2026 12:00:60 GMT', PT1M",
        "'Sunday, 01-Mar-26 12:00:60 GMT', PT1M",
        "'Sun Mar  1 12:00:60 2026', PT1M"
    })
    void aDateIsCountedFromThePresentAndNeverNegative(String header, Duration wait) {
        assertThat(RetryAfter.parse(header, null, NOW)).isEqualTo(wait);
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
                "\u0661\u0662",
                "2026-03-01T12:00:30Z",
                "Sun, 32 Mar 2026 12:00:30 GMT",
                "Sun, 01 Mar 2026 12:00:61 GMT",
                "Sun, 01 Mar 2026 12:60:00 GMT",
                "Someday, 01 Mar 2026 12:00:30 GMT"
            })
    void anythingElseAsksForNothing(String header) {
        assertThat(RetryAfter.parse(header, null, NOW)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000000000",
                "9999999999",
                "99999999999999999999",
                "Fri, 31 Dec 9999 23:59:59 GMT",
                "Fri Dec 31 23:59:59 9999"
            })
    void noWaitIsTooLongForAClock(String header) {
        assertThat(RetryAfter.parse(header, null, NOW)).isEqualTo(Duration.ofSeconds(999_999_999));
    }

    @ParameterizedTest
    @CsvSource({
        "'Thu, 01 Jan 2026 00:01:00 GMT', 'Thu, 01 Jan 2026 00:00:00 GMT', PT1M",
        "'Thu, 01 Jan 2026 00:01:00 GMT', 'Thursday, 01-Jan-26 00:00:00 GMT', PT1M",
        "'Thu Jan  1 00:01:00 2026', 'Thu Jan  1 00:00:00 2026', PT1M",
        "'Fri, 01 Jan 2100 00:00:00 GMT', 'Fri, 01 Jan 2100 00:00:10 GMT', PT0S",
        "'Sun, 01 Mar 2026 12:00:30 GMT', 'some time ago', PT30S",
        "'Sun, 01 Mar 2026 12:00:30 GMT', '', PT30S",
        "7, 'Thu, 01 Jan 2026 00:00:00 GMT', PT7S"
    })
    void aDateIsCountedFromTheDateOfTheAnswer(String header, String date, Duration wait) {
        assertThat(RetryAfter.parse(header, date, NOW)).isEqualTo(wait);
    }

    @ParameterizedTest
    @CsvSource({"'Sunday, 01-Mar-76 12:00:00 GMT', 999999999", "'Tuesday, 01-Mar-77 12:00:00 GMT', 0"})
    void aYearOfTwoDigitsIsAtMostFiftyYearsAhead(String header, long seconds) {
        assertThat(RetryAfter.parse(header, null, NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void anAbsentHeaderAsksForNothing() {
        assertThat(RetryAfter.parse(null, null, NOW)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mon, 01 Mar 2026 11:00:00 GMT", "Sun, 01 Mar 2026 10:59:60 GMT"})
    void theDateOfTheAnswerMayBeInexact(String date) {
        assertThat(RetryAfter.parse("Sun, 01 Mar 2026 11:00:30 GMT", date, NOW)).isEqualTo(Duration.ofSeconds(30));
    }
}
