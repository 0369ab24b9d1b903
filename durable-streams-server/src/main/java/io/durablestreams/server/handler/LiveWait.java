package io.durablestreams.server.handler;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import io.durablestreams.server.store.StreamInfo;

/** The longest time that a live read may wait before it reads its stream again. */
final class LiveWait {

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private LiveWait() {}

    /** Returns the poll interval, or less if the stream expires earlier, because expiry causes no signal. */
    static Duration atMost(Duration pollInterval, StreamInfo stream, Clock clock) {
        Instant expiresAt = stream.config().expiresAt();
        if (expiresAt == null) {
            return pollInterval;
        }
        Duration left = Duration.between(clock.instant(), expiresAt);
        if (left.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return left.compareTo(pollInterval) < 0 ? left : pollInterval;
    }
}
