package io.durablestreams.client;

import java.time.Duration;

/** The checks that settings records share; every message has the name and the bad value. */
final class SettingsChecks {

    private SettingsChecks() {}

    static void requirePositive(String name, Duration value) {
        require(!value.isNegative() && !value.isZero(), name, "must be positive", value);
    }

    static void requireNotNegative(String name, Duration value) {
        require(!value.isNegative(), name, "must not be negative", value);
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
