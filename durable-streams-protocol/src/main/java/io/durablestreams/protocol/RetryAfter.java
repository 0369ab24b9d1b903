package io.durablestreams.protocol;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

import org.jspecify.annotations.Nullable;

/** The {@code Retry-After} header, which is a number of seconds or a date (RFC 9110, 10.2.3). */
public final class RetryAfter {

    private static final int MAX_DIGITS = 9;

    private RetryAfter() {}

    /**
     * Returns the wait that the header asks for.
     *
     * @param header the header's value, or null
     * @param now the present, from which a date is counted
     * @return the wait, zero for a date in the past, or null when the header is absent or means nothing
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
