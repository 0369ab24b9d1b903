package io.durablestreams.protocol;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Delays between attempts: exponential, with full jitter, and never shorter than the server's {@code Retry-After}.
 *
 * <p>The delay before retry <i>n</i> (counted from 0) is uniformly distributed between zero and
 * {@code min(maxDelay, initialDelay * multiplier^n)}. When the bound has reached {@code maxDelay}, the delay is at least
 * half of it, so that a long outage takes few requests. The jitter spreads out the retries of clients that failed at the
 * same time.
 *
 * @param initialDelay upper bound of the first delay; must be positive; the default is 100 ms
 * @param maxDelay upper bound of every delay; must be at least {@code initialDelay} and below 292 years; the default is 15 s
 * @param multiplier growth of the bound from one retry to the next; must be finite and at least 1; the default is 2
 */
public record Backoff(Duration initialDelay, Duration maxDelay, double multiplier) {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** Starts at 100 ms, doubles, and never exceeds 15 s. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(15), 2.0);

    /** @throws IllegalArgumentException if a component violates the constraint given for it */
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
     * Returns the delay before a retry: the longer of the random delay and {@code retryAfter}.
     *
     * @param retry the number of the retry, counted from 0
     * @param random a uniformly distributed random number, at least 0 and below 1
     * @param retryAfter the minimum delay that the server asked for, or null if it asked for none; not bounded by
     *     {@code maxDelay}
     */
    public Duration delay(int retry, double random, @Nullable Duration retryAfter) {
        double grown = initialDelay.toNanos() * Math.pow(multiplier, retry);
        double bound = Math.min(maxDelay.toNanos(), grown);
        double least = grown < maxDelay.toNanos() ? 0 : bound / 2;
        Duration delay = Duration.ofNanos((long) (least + (bound - least) * random));
        return retryAfter != null && retryAfter.compareTo(delay) > 0 ? retryAfter : delay;
    }

    /** Returns a copy with another upper bound of the first delay. */
    public Backoff withInitialDelay(Duration initialDelay) {
        return new Backoff(initialDelay, maxDelay, multiplier);
    }

    /** Returns a copy with another upper bound of every delay. */
    public Backoff withMaxDelay(Duration maxDelay) {
        return new Backoff(initialDelay, maxDelay, multiplier);
    }

    /** Returns a copy with another growth of the bound. */
    public Backoff withMultiplier(double multiplier) {
        return new Backoff(initialDelay, maxDelay, multiplier);
    }
}
