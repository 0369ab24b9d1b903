package io.durablestreams.client.cache;

import io.durablestreams.protocol.SettingsChecks;

/**
 * Settings of the cache in which a client keeps responses to catch-up reads for later readers of the same history.
 *
 * @param maxBytes the size limit of all responses in the cache, in bytes. Above it, the cache drops responses that are
 *     rarely used. The default is 64 MiB
 * @param maxAnswerBytes the size of the largest response that the cache keeps, in bytes. Larger responses are read as
 *     if there were no cache. Must not be above {@code maxBytes}. The default is 8 MiB
 */
public record ReadCacheSettings(long maxBytes, int maxAnswerBytes) {

    /** 64 MiB in total, responses of up to 8 MiB. */
    public static final ReadCacheSettings DEFAULT = new ReadCacheSettings(64L << 20, 8 << 20);

    /** @throws IllegalArgumentException if {@code maxAnswerBytes} is not positive, or {@code maxBytes} is less */
    public ReadCacheSettings {
        SettingsChecks.requirePositive("maxAnswerBytes", maxAnswerBytes);
        SettingsChecks.require(
                maxBytes >= maxAnswerBytes,
                "maxBytes",
                "must not be below maxAnswerBytes, which is " + maxAnswerBytes,
                maxBytes);
    }

    /** Returns settings with the size limit of all responses in the cache, in bytes. */
    public ReadCacheSettings withMaxBytes(long maxBytes) {
        return new ReadCacheSettings(maxBytes, maxAnswerBytes);
    }

    /** Returns settings with the size of the largest response that the cache keeps, in bytes. */
    public ReadCacheSettings withMaxAnswerBytes(int maxAnswerBytes) {
        return new ReadCacheSettings(maxBytes, maxAnswerBytes);
    }
}
