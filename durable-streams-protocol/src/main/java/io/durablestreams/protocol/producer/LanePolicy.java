package io.durablestreams.protocol.producer;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.SettingsChecks;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;

/**
 * The settings of a producer's lane.
 *
 * @param epoch the epoch to start with; from 0 to {@link ProducerSequence#MAX_VALUE}
 * @param seq the first number in that epoch, from 0 to {@link ProducerSequence#MAX_VALUE}; lower numbers are already
 *     stored, by a previous lane
 * @param onFenced the reaction to another incarnation of the producer
 * @param onSequenceGap the reaction to a server that has lost the state of the producer
 * @param acceptReplays whether a duplicate counts as stored if this lane has not sent the number before
 * @param maxInFlight the maximum number of batches in flight; at least 1
 * @param deliveryTimeout the maximum time from the acceptance of a batch to its outcome; must be positive
 * @param backoff the delays between attempts
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

    /** The maximum number of claims without an acknowledgement between them. More mean that incarnations compete. */
    static final int MAX_CLAIMS = 5;

    /** The time that an answer needs at least. */
    private static final Duration LEAST_ANSWER_TIME = Duration.ofMillis(100);

    /** @throws IllegalArgumentException if a component violates the constraint given for it */
    public LanePolicy {
        SettingsChecks.requireProducerNumber("epoch", epoch);
        SettingsChecks.requireProducerNumber("seq", seq);
        SettingsChecks.requirePositive("maxInFlight", maxInFlight);
        SettingsChecks.requirePositive("deliveryTimeout", deliveryTimeout);
    }

    /**
     * Returns the time before its deadline from which a batch is no longer sent. No answer is likely to arrive in
     * the rest, and the batch would be stored although it has failed.
     *
     * @param deliveryTimeout the maximum time from the acceptance of a batch to its outcome
     * @return 100 ms, or a tenth of a delivery timeout below 1 s
     */
    public static Duration leastAnswerTime(Duration deliveryTimeout) {
        Duration tenth = deliveryTimeout.dividedBy(10);
        return tenth.compareTo(LEAST_ANSWER_TIME) < 0 ? tenth : LEAST_ANSWER_TIME;
    }

    /** Returns {@link #leastAnswerTime} for the delivery timeout of this policy, in nanoseconds. */
    long leastAnswerNanos() {
        return leastAnswerTime(deliveryTimeout).toNanos();
    }

    /** Returns whether the lane claims the next epoch instead of failing batches for this reason. */
    boolean mayClaimWhen(FailureReason reason) {
        ClaimPolicy policy = reason == FailureReason.STATE_LOST ? onSequenceGap : onFenced;
        return policy == ClaimPolicy.CLAIM;
    }
}
