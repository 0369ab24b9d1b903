package io.durablestreams.autoconfigure.setup;

import java.util.function.BiFunction;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Applies configured values to settings one by one, so that the failure for an invalid value names its key. This type is
 * public for the packages of the auto-configuration. It is not part of the API for applications.
 *
 * @param prefix the prefix of the keys, without a trailing dot
 * @param get the settings with the values applied so far
 * @param <S> the type of the settings
 */
public record ConfiguredSettings<S>(String prefix, S get) {

    /**
     * Starts with the defaults of some settings.
     *
     * @param prefix the prefix of the keys, without a trailing dot
     * @param defaults the settings to start with
     */
    public static <S> ConfiguredSettings<S> of(String prefix, S defaults) {
        return new ConfiguredSettings<>(prefix, defaults);
    }

    /**
     * Applies a value.
     *
     * @param key the key below the prefix
     * @param value the value, or null to keep the setting
     * @param wither returns settings with the value
     * @throws InvalidConfigurationPropertyValueException naming the key and the value, if the settings refuse the value
     *     with an {@link IllegalArgumentException}
     */
    public <V> ConfiguredSettings<S> with(String key, @Nullable V value, BiFunction<S, V, S> wither) {
        return value == null ? this : apply(key, value, () -> wither.apply(get, value));
    }

    /**
     * Applies a size as a number of bytes.
     *
     * @param key the key below the prefix
     * @param value the size
     * @param wither returns settings with the number of bytes
     * @throws InvalidConfigurationPropertyValueException naming the key and the value, if the size is 2 GB or more, or if
     *     the settings refuse it with an {@link IllegalArgumentException}
     */
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
     * Returns the result of using a configured value.
     *
     * @param key the full key
     * @param value the value, for the failure
     * @param use uses the value
     * @throws InvalidConfigurationPropertyValueException naming the key and the value, if the use throws an
     *     {@link IllegalArgumentException}
     */
    public static <R> R use(String key, Object value, Supplier<R> use) {
        try {
            return use.get();
        } catch (IllegalArgumentException refusal) {
            throw new InvalidConfigurationPropertyValueException(
                    key, value, String.valueOf(refusal.getMessage()), refusal);
        }
    }

    /**
     * Returns the result of using a configured URL. If it may contain user information, the failure does not contain the
     * URL, because user information is a secret.
     *
     * @param key the full key
     * @param url the URL
     * @param use uses the URL
     * @throws InvalidConfigurationPropertyValueException naming the key and the URL, if the use throws an
     *     {@link IllegalArgumentException}
     * @throws SetupException naming the key, if the use throws such an exception, and the URL has an {@code @}
     */
    public static <R> R useUrl(String key, String url, Supplier<R> use) {
        if (url.indexOf('@') < 0) {
            return use(key, url, use);
        }
        try {
            return use.get();
        } catch (IllegalArgumentException refusal) {
            // Spring Boot's report of an invalid value would print it.
            throw new SetupException(
                    "'" + key + "' cannot be used: " + refusal.getMessage(), "Correct '" + key + "'.", refusal);
        }
    }
}
