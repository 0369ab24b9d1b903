package io.durablestreams.autoconfigure;

import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Puts configured values into settings one by one, so that a value that the settings refuse can be blamed on its key.
 *
 * @param prefix what the keys begin with
 * @param get the settings so far
 * @param <S> the type of the settings
 */
record ConfiguredSettings<S>(String prefix, S get) {

    static <S> ConfiguredSettings<S> of(String prefix, S defaults) {
        return new ConfiguredSettings<>(prefix, defaults);
    }

    /** Applies a value; null, which is a key that is not set, leaves the settings as they are. */
    <V> ConfiguredSettings<S> with(String key, @Nullable V value, BiFunction<S, V, S> wither) {
        return value == null ? this : apply(key, value, value, wither);
    }

    /** Applies a size that the settings know as a number of bytes. */
    ConfiguredSettings<S> withBytes(String key, DataSize value, BiFunction<S, Integer, S> wither) {
        if (value.toBytes() > Integer.MAX_VALUE) {
            throw invalid(key, value, "must be below 2GB", null);
        }
        return apply(key, value, (int) value.toBytes(), wither);
    }

    private <V> ConfiguredSettings<S> apply(String key, Object configured, V value, BiFunction<S, V, S> wither) {
        try {
            return of(prefix, wither.apply(get, value));
        } catch (IllegalArgumentException refusal) {
            throw invalid(key, configured, String.valueOf(refusal.getMessage()), refusal);
        }
    }

    private InvalidConfigurationPropertyValueException invalid(
            String key, Object value, String reason, @Nullable Throwable cause) {
        return new InvalidConfigurationPropertyValueException(prefix + "." + key, value, reason, cause);
    }
}
