package io.durablestreams.protocol;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Delays between attempts: exponential, with full jitter, and never shorter than the wait that the server asks for.
 *
 * <p>The delay before retry <i>n</i> (counted from 0) is drawn evenly from zero to
 * {@code min(maxDelay, initialDelay * multiplier^n)}, so that clients that failed together do not retry together.
 *
 * @param initialDelay the upper bound of the first delay. Must be positive. The default is 100 ms
 * @param maxDelay the upper bound of every delay. Must be between {@code initialDelay} and 292 years. The default is 10 s
 * @param multiplier the growth of the bound from one retry to the next. Must be at least 1. The default is 2
 */
public record Backoff(Duration initialDelay, Duration maxDelay, double multiplier) {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** Starts at 100 ms, doubles, and never exceeds 10 s. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), 2.0);

    public Backoff {
        SettingsChecks.requirePositive("initialDelay", initialDelay);
        SettingsChecks.require(
                maxDelay.compareTo(initialDelay) >= 0,
                "maxDelay",
                "must not be below initialDelay (" + initialDelay + ")",
                maxDelay);
        SettingsChecks.require(maxDelay.compareTo(LONGEST) <= 0, "maxDelay", "must be below 292 years", maxDelay);
        SettingsChecks.require(
                multiplier >= 1.0 && Double.isFinite(multiplier),
                "multiplier",
                "must be a number of at least 1.0",
                multiplier);
    }

    /**
     * Returns how long to wait before a retry.
     *
     * @param retry number of the retry, from 0
     * @param random an even random number, at least 0 and below 1
     * @param retryAfter the least wait that the server asked for, or null
     */
    public Duration delay(int retry, double random, @Nullable Duration retryAfter) {
        double bound = Math.min(maxDelay.toNanos(), initialDelay.toNanos() * Math.pow(multiplier, retry));
        Duration delay = Duration.ofNanos((long) (bound * random));
        return retryAfter != null && retryAfter.compareTo(delay) > 0 ? retryAfter : delay;
    }

    public Backoff withInitialDelay(Duration initialDelay) {
        return new Backoff(initialDelay, maxDelay, multiplier);
    }

    public Backoff withMaxDelay(Duration maxDelay) {
        return new Backoff(initialDelay, maxDelay, multiplier);
    }

    public Backoff withMultiplier(double multiplier) {
        return new Backoff(initialDelay, maxDelay, multiplier);
    }
}
