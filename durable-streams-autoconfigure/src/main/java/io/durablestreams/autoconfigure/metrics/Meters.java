package io.durablestreams.autoconfigure.metrics;

import java.util.Locale;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;

/**
 * Registers counters with a common prefix.
 *
 * @param registry the registry of the counters
 * @param prefix the prefix of their names
 */
record Meters(MeterRegistry registry, String prefix) {

    Counter counter(String name, String description, String... tags) {
        return builder(name, description).tags(tags).register(registry);
    }

    Counter bytes(String name, String description, String... tags) {
        return builder(name, description).tags(tags).baseUnit(BaseUnits.BYTES).register(registry);
    }

    private Counter.Builder builder(String name, String description) {
        return Counter.builder(prefix + name).description(description);
    }

    /** Returns the tag value for a constant of an enum: its name in lower case. */
    static String tag(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
