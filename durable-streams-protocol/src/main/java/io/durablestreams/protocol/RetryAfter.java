package io.durablestreams.protocol;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Parses the {@code Retry-After} header: a number of seconds, or a date in one of the three forms of HTTP (RFC 9110,
 * sections 5.6.7 and 10.2.3). The day of the week is not checked.
 */
public final class RetryAfter {

    private static final int MAX_DIGITS = 9;
    private static final Duration LONGEST = Duration.ofSeconds(999_999_999);
    private static final int YEARS_IN_THE_PAST = 49;

    /** The day of the week adds nothing to the date, and some senders get it wrong. */
    private static final Pattern WEEKDAY =
            Pattern.compile("^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ", Pattern.CASE_INSENSITIVE);

    private static final Pattern LEAP_SECOND = Pattern.compile("(:[0-5][0-9]):60 ");

    /** {@code Sun Nov  6 08:49:37 1994}, without the day of the week, and with single spaces. */
    private static final DateTimeFormatter ASCTIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("MMM d HH:mm:ss uuuu")
            .toFormatter(Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private RetryAfter() {}

    /**
     * Returns the delay that the header asks for.
     *
     * @param header the value of the header, or null
     * @param date the value of the response's {@code Date} header, to which a date is relative. If it is null or
     *     malformed, a date is relative to {@code now}
     * @param now the present
     * @return the delay, at most 999,999,999 seconds; zero for a date in the past; null if the header is absent or
     *     malformed
     */
    public static @Nullable Duration parse(@Nullable String header, @Nullable String date, Instant now) {
        if (header == null || header.isBlank()) {
            return null;
        }
        String value = header.strip();
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return seconds(value.replaceFirst("^0+(?=.)", ""));
        }
        Instant until = instant(value, now);
        if (until == null) {
            return null;
        }
        Instant answered = date == null ? null : instant(date, now);
        Duration delay = Duration.between(answered == null ? now : answered, until);
        return delay.isNegative() ? Duration.ZERO : atMostLongest(delay);
    }

    private static Duration seconds(String digits) {
        return digits.length() <= MAX_DIGITS ? Duration.ofSeconds(Long.parseLong(digits)) : LONGEST;
    }

    private static Duration atMostLongest(Duration delay) {
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }

    private static @Nullable Instant instant(String date, Instant now) {
        String value = WEEKDAY.matcher(date.strip().replaceAll(" +", " ")).replaceFirst("");
        Matcher leapSecond = LEAP_SECOND.matcher(value);
        return leapSecond.find()
                ? plusSecond(instantOf(leapSecond.replaceFirst("$1:59 "), now))
                : instantOf(value, now);
    }

    private static @Nullable Instant plusSecond(@Nullable Instant instant) {
        return instant == null ? null : instant.plusSeconds(1);
    }

    private static @Nullable Instant instantOf(String value, Instant now) {
        for (DateTimeFormatter form : List.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(now), ASCTIME)) {
            try {
                return form.parse(value, Instant::from);
            } catch (DateTimeException anotherForm) {
                // The next form may fit.
            }
        }
        return null;
    }

    /** {@code Sunday, 06-Nov-94 08:49:37 GMT}, without the day of the week. A year more than 50 years ahead is in the past. */
    private static DateTimeFormatter rfc850(Instant now) {
        LocalDate earliest = now.atZone(ZoneOffset.UTC).toLocalDate().minusYears(YEARS_IN_THE_PAST);
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern("dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
    }
}
