package io.durablestreams.protocol;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

/** Parses the {@code Retry-After} header: a number of seconds, or a date (RFC 9110, section 10.2.3). */
public final class RetryAfter {

    private static final int MAX_DIGITS = 9;

    private RetryAfter() {}

    /**
     * Returns the delay that the header asks for.
     *
     * @param header the value of the header, or null
     * @param now the present, to which a date is relative
     * @return the delay; zero for a date in the past; null if the header is absent, malformed, or a number of seconds
     *     with more than nine digits
     */
    public static @Nullable Duration parse(@Nullable String header, Instant now) {
        if (header == null || header.isBlank()) {
            return null;
        }
        String value = header.strip();
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value.length() <= MAX_DIGITS ? Duration.ofSeconds(Long.parseLong(value)) : null;
        }
        try {
            Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO;
        } catch (DateTimeException notADate) {
            return null;
        }
    }
}
