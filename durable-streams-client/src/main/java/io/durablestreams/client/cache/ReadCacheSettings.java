package io.durablestreams.client.cache;

import io.durablestreams.protocol.SettingsChecks;

/**
 * Settings of the cache in which a client keeps responses to catch-up reads for later readers of the same history.
 *
 * @param maxBytes the size limit of all responses in the cache. Above it, the cache drops responses that are
 *     rarely used.
 *     The default is 64 MiB
 * @param maxAnswerBytes the size of the largest response that the cache keeps. Larger responses are read as if there
 *     were no cache. Must not be above {@code maxBytes}. The default is 8 MiB
 */
public record ReadCacheSettings(long maxBytes, int maxAnswerBytes) {

    /** 64 MiB in all, answers of up to 8 MiB. */
    public static final ReadCacheSettings DEFAULT = new ReadCacheSettings(64L << 20, 8 << 20);

    public ReadCacheSettings {
        SettingsChecks.requirePositive("maxAnswerBytes", maxAnswerBytes);
        SettingsChecks.require(
                maxBytes >= maxAnswerBytes,
                "maxBytes",
                "must not be below maxAnswerBytes, which is " + maxAnswerBytes,
                maxBytes);
    }

    public ReadCacheSettings withMaxBytes(long maxBytes) {
        return new ReadCacheSettings(maxBytes, maxAnswerBytes);
    }

    public ReadCacheSettings withMaxAnswerBytes(int maxAnswerBytes) {
        return new ReadCacheSettings(maxBytes, maxAnswerBytes);
    }
}
