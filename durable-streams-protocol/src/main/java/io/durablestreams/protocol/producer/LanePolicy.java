package io.durablestreams.protocol.producer;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.ProducerSequence;

/**
 * What the lane of a producer was told to do.
 *
 * @param epoch the epoch to start with
 * @param autoClaim whether to go on under the next epoch when another incarnation is found, instead of failing
 * @param acceptReplays whether a duplicate that this lane has not sent before counts as stored
 * @param maxInFlight batches under way at the same time
 * @param deliveryTimeout longest time from the acceptance of a batch to its outcome
 * @param backoff the waits between attempts
 */
public record LanePolicy(
        long epoch,
        boolean autoClaim,
        boolean acceptReplays,
        int maxInFlight,
        Duration deliveryTimeout,
        Backoff backoff) {

    /** As many claims in a row without an acknowledgement in between are a fight that nobody wins. */
    static final int MAX_CLAIMS = 5;

    public LanePolicy {
        if (epoch < 0 || epoch > ProducerSequence.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "epoch must be between 0 and " + ProducerSequence.MAX_VALUE + ", but is " + epoch);
        }
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight must be at least 1, but is " + maxInFlight);
        }
        if (deliveryTimeout.isNegative() || deliveryTimeout.isZero()) {
            throw new IllegalArgumentException("deliveryTimeout must be positive, but is " + deliveryTimeout);
        }
    }
}
