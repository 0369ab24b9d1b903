package io.durablestreams.client;

import java.time.Duration;

/** The checks that settings records share; every message has the name and the bad value. */
final class SettingsChecks {

    /** Longer ones are mistakes, and far from where nanoseconds overflow. */
    private static final Duration MAX_DURATION = Duration.ofDays(3650);

    private SettingsChecks() {}

    static void requirePositive(String name, Duration value) {
        require(!value.isZero(), name, "must be positive", value);
        requireNotNegative(name, value);
    }

    static void requireNotNegative(String name, Duration value) {
        require(!value.isNegative(), name, "must not be negative", value);
        require(value.compareTo(MAX_DURATION) <= 0, name, "must be at most " + MAX_DURATION.toDays() + " days", value);
    }

    static void requirePositive(String name, long value) {
        require(value > 0, name, "must be positive", value);
    }

    static void requireNotNegative(String name, long value) {
        require(value >= 0, name, "must not be negative", value);
    }

    static void require(boolean valid, String name, String rule, Object value) {
        if (!valid) {
            throw new IllegalArgumentException(name + " " + rule + ", but is " + value);
        }
    }
}
