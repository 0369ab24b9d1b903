package io.durablestreams.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The cursor that a server puts on the answers to live reads, so that caches can collapse readers who wait for the same
 * thing without ever serving one of them an old answer twice (protocol §10). It has nothing to do with positions.
 *
 * <p>A cursor counts intervals of 20 seconds since 2024-10-09T00:00:00Z. For one client it never goes backwards.
 *
 * @param value the number of the interval
 */
public record StreamCursor(long value) {

    private static final long EPOCH_MILLIS = 1_728_432_000_000L;
    private static final long INTERVAL_MILLIS = 20_000;
    private static final int INTERVAL_SECONDS = 20;
    private static final int MAX_JITTER_SECONDS = 3600;

    // Leaves room for the jitter, so that an absurd cursor cannot overflow.
    private static final int MAX_DIGITS = 18;

    /**
     * Returns the cursor for the answer to a request: the present interval, or a later one than the client's own when
     * the client is not behind it.
     *
     * @param echoed the cursor that the client sent, or null; anything but decimal digits counts as absent
     * @param currentTimeMillis the present
     * @param random an even random number, at least 0 and below 1
     */
    public static StreamCursor answer(@Nullable String echoed, long currentTimeMillis, double random) {
        long now = interval(currentTimeMillis);
        long known = parse(echoed);
        if (known < now) {
            return new StreamCursor(now);
        }
        int jitterSeconds = 1 + (int) (random * MAX_JITTER_SECONDS);
        return new StreamCursor(known + (jitterSeconds + INTERVAL_SECONDS - 1) / INTERVAL_SECONDS);
    }

    /** Returns the cursor for a later event on the same connection: the present interval, but never an earlier one. */
    public StreamCursor at(long currentTimeMillis) {
        long now = interval(currentTimeMillis);
        return now > value ? new StreamCursor(now) : this;
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }

    private static long interval(long currentTimeMillis) {
        return Math.floorDiv(currentTimeMillis - EPOCH_MILLIS, INTERVAL_MILLIS);
    }

    private static long parse(@Nullable String cursor) {
        boolean decimal = cursor != null
                && !cursor.isEmpty()
                && cursor.length() <= MAX_DIGITS
                && cursor.chars().allMatch(c -> c >= '0' && c <= '9');
        return decimal ? Long.parseLong(cursor) : Long.MIN_VALUE;
    }
}
