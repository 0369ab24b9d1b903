package io.durablestreams.client;

import io.durablestreams.protocol.SettingsChecks;

/**
 * How much of what readers read a client keeps, for the next reader of the same.
 *
 * @param maxBytes memory for answers, above which those go that have not been used for longest; the default is 64 MiB
 * @param maxAnswerBytes the largest answer that is kept; a larger one is read as if there were no cache; the default is
 *     8 MiB, and it must not be above {@code maxBytes}
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
