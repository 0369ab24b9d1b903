package io.durablestreams.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The cursor of a live response (protocol §10). The client echoes it in its next request. Caches can then collapse
 * readers that wait for the same data, and never serve an old response to the same reader twice. A cursor is not a
 * position in the stream.
 *
 * <p>A cursor counts intervals of 20 seconds since 2024-10-09T00:00:00Z. The cursors that one client receives never
 * decrease.
 *
 * @param value the number of the interval
 */
public record StreamCursor(long value) {

    private static final long EPOCH_MILLIS = 1_728_432_000_000L;
    private static final long INTERVAL_MILLIS = 20_000;
    private static final int INTERVAL_SECONDS = 20;
    private static final int MAX_JITTER_SECONDS = 3600;

    // Leaves room for the jitter, so that no echoed cursor can overflow.
    private static final int MAX_DIGITS = 18;

    /**
     * Returns the cursor for the response to a request: the present interval if it is after the echoed cursor,
     * otherwise the echoed cursor plus 1 to 180 intervals of jitter.
     *
     * @param echoed the cursor that the client sent, or null; counts as absent unless it is 1 to 18 decimal digits
     * @param currentTimeMillis the present, in milliseconds since 1970-01-01T00:00:00Z
     * @param random a uniformly distributed random number, at least 0 and below 1
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

    /**
     * Returns the cursor for a later event on the same connection: the present interval, or this cursor if that is
     * later.
     *
     * @param currentTimeMillis the present, in milliseconds since 1970-01-01T00:00:00Z
     */
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
