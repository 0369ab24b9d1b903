package io.durablestreams.protocol;

import java.time.Duration;

/**
 * The checks of settings, policies and numbers. Every failed check is an {@link IllegalArgumentException} whose message
 * has the name and the refused value.
 *
 * <p>This class is for the modules of the library, and not part of the API for applications: it may change at any time.
 */
public final class SettingsChecks {

    /** Longer ones are mistakes, and far from where nanoseconds overflow. */
    private static final Duration MAX_DURATION = Duration.ofDays(3650);

    private SettingsChecks() {}

    /** Requires a duration above zero, of at most 3650 days. */
    public static void requirePositive(String name, Duration value) {
        require(!value.isZero() && !value.isNegative(), name, "must be positive", value);
        requireNotTooLong(name, value);
    }

    /** Requires a duration of zero or more, of at most 3650 days. */
    public static void requireNotNegative(String name, Duration value) {
        require(!value.isNegative(), name, "must not be negative", value);
        requireNotTooLong(name, value);
    }

    private static void requireNotTooLong(String name, Duration value) {
        require(value.compareTo(MAX_DURATION) <= 0, name, "must be at most " + MAX_DURATION.toDays() + " days", value);
    }

    /** Requires a number above zero. */
    public static void requirePositive(String name, long value) {
        require(value > 0, name, "must be positive", value);
    }

    /** Requires a number of zero or more. */
    public static void requireNotNegative(String name, long value) {
        require(value >= 0, name, "must not be negative", value);
    }

    /** Requires an epoch or a sequence number: 0 to {@link ProducerSequence#MAX_VALUE}. */
    public static void requireProducerNumber(String name, long value) {
        require(
                value >= 0 && value <= ProducerSequence.MAX_VALUE,
                name,
                "must be between 0 and " + ProducerSequence.MAX_VALUE,
                value);
    }

    /**
     * Requires anything else.
     *
     * @param valid whether the value is allowed
     * @param rule the rule for the message, such as {@code must be positive}
     */
    public static void require(boolean valid, String name, String rule, Object value) {
        if (!valid) {
            throw new IllegalArgumentException(name + " " + rule + ", but is " + value);
        }
    }
}
