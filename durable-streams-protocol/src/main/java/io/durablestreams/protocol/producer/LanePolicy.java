package io.durablestreams.protocol.producer;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.SettingsChecks;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;

/**
 * What the lane of a producer was told to do.
 *
 * @param epoch the epoch to start with
 * @param seq the number to start with in that epoch; those below it are stored, by whoever had the lane before
 * @param onFenced what to do when another incarnation is found
 * @param onSequenceGap what to do when the server has lost what it knew of the producer
 * @param acceptReplays whether a duplicate that this lane has not sent before counts as stored
 * @param maxInFlight batches under way at the same time
 * @param deliveryTimeout longest time from the acceptance of a batch to its outcome
 * @param backoff the waits between attempts
 */
public record LanePolicy(
        long epoch,
        long seq,
        ClaimPolicy onFenced,
        ClaimPolicy onSequenceGap,
        boolean acceptReplays,
        int maxInFlight,
        Duration deliveryTimeout,
        Backoff backoff) {

    /** As many claims in a row without an acknowledgement in between are a fight that nobody wins. */
    static final int MAX_CLAIMS = 5;

    public LanePolicy {
        SettingsChecks.requireProducerNumber("epoch", epoch);
        SettingsChecks.requireProducerNumber("seq", seq);
        SettingsChecks.requirePositive("maxInFlight", maxInFlight);
        SettingsChecks.requirePositive("deliveryTimeout", deliveryTimeout);
    }

    /** Whether the next epoch is to be claimed where batches would otherwise fail for this reason. */
    boolean mayClaimWhen(FailureReason reason) {
        ClaimPolicy policy = reason == FailureReason.STATE_LOST ? onSequenceGap : onFenced;
        return policy == ClaimPolicy.CLAIM;
    }
}
