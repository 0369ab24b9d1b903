package io.durablestreams.autoconfigure.setup;

import java.util.function.BiFunction;
import java.util.function.Supplier;

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
public record ConfiguredSettings<S>(String prefix, S get) {

    public static <S> ConfiguredSettings<S> of(String prefix, S defaults) {
        return new ConfiguredSettings<>(prefix, defaults);
    }

    /** Applies a value; null, which is a key that is not set, leaves the settings as they are. */
    public <V> ConfiguredSettings<S> with(String key, @Nullable V value, BiFunction<S, V, S> wither) {
        return value == null ? this : apply(key, value, () -> wither.apply(get, value));
    }

    /** Applies a size that the settings know as a number of bytes. */
    public ConfiguredSettings<S> withBytes(String key, DataSize value, BiFunction<S, Integer, S> wither) {
        return apply(key, value, () -> wither.apply(get, intBytes(value)));
    }

    private ConfiguredSettings<S> apply(String key, Object value, Supplier<S> use) {
        return of(prefix, use(prefix + "." + key, value, use));
    }

    private static int intBytes(DataSize size) {
        if (size.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("must be below 2GB");
        }
        return (int) size.toBytes();
    }

    /**
     * Returns what is made from a configured value.
     *
     * @throws InvalidConfigurationPropertyValueException naming the key and the value, when the use of the value throws
     *     an {@link IllegalArgumentException}
     */
    public static <R> R use(String key, Object value, Supplier<R> use) {
        try {
            return use.get();
        } catch (IllegalArgumentException refusal) {
            throw new InvalidConfigurationPropertyValueException(
                    key, value, String.valueOf(refusal.getMessage()), refusal);
        }
    }
}
