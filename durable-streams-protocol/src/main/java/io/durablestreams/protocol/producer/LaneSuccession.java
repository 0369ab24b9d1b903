package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;

/**
 * Decides how a {@link ProducerLane} continues when it cannot use its numbers any longer:
 * <ul>
 *   <li>It uses free numbers of the current epoch again.
 *   <li>It raises its epoch.
 *   <li>It claims the epoch after that of another incarnation.
 *   <li>It stops permanently.
 * </ul>
 *
 * <p>A renumbering is due immediately and begins when no batch is in flight. It combines all requests made until then.
 *
 * @param <C> the driver's type of failure causes
 */
final class LaneSuccession<C> {

    private final LanePolicy policy;
    private final LaneNumbers numbers;

    // Since the last acknowledgement.
    private int claims;
    private boolean rejectedBefore;

    private @Nullable LaneRecovery due;
    private @Nullable Stop<C> stop;

    /** The cause and the reason with which all further batches fail. */
    record Stop<C>(C cause, FailureReason reason) {}

    LaneSuccession(LanePolicy policy, LaneNumbers numbers) {
        this.policy = policy;
        this.numbers = numbers;
    }

    /** Returns the stop of the lane, or null if it has not stopped. */
    @Nullable
    Stop<C> stop() {
        return stop;
    }

    /** Returns whether a renumbering is due. */
    boolean isDue() {
        return due != null;
    }

    /** Returns whether a batch may be sent now, also if a renumbering is due. */
    boolean mayGo(LaneEntry<?, C> entry) {
        return !entry.isSplit()
                && (due == null || due.epoch() == numbers.epoch() && entry.isNumbered() && entry.seq() < due.freeSeq());
    }

    /** Resets the counts of claims and rejections, because the server has acknowledged a batch. */
    void acknowledged() {
        claims = 0;
        rejectedBefore = false;
    }

    /**
     * Resets the count of claims: the taken number may be the lane's own, so it is no sign of a competing incarnation.
     */
    void takenByChance() {
        claims = 0;
    }

    /**
     * Records a rejection. A server that has lost the epoch and only knows an older one rejects every number except 0,
     * with the status of an invalid batch. A second consecutive rejection therefore counts as lost state, if the policy
     * is to claim an epoch in that case.
     */
    void rejected(Attempt<?> attempt, C cause) {
        if (rejectedBefore && attempt.seq() > 0 && policy.mayClaimWhen(FailureReason.STATE_LOST)) {
            claimOrStop(attempt.epoch(), cause, FailureReason.STATE_LOST);
        }
        rejectedBefore = true;
    }

    /** Stops the lane, unless it has already stopped. */
    void stop(C cause, FailureReason reason) {
        if (stop == null) {
            stop = new Stop<>(cause, reason);
        }
    }

    /**
     * Claims the next epoch if another incarnation has this one, or the server has lost the state of this one. Stops
     * the lane if the policy forbids a claim, after too many consecutive claims, or if there is no next epoch.
     */
    void claimOrStop(long takenEpoch, C cause, FailureReason reason) {
        boolean mayClaim = policy.mayClaimWhen(reason);
        if (mayClaim && due != null && due.epoch() > takenEpoch) {
            return;
        }
        boolean leaving = due != null && due.epoch() > numbers.epoch();
        boolean exhausted = !leaving && ++claims > LanePolicy.MAX_CLAIMS;
        if (!mayClaim || exhausted || takenEpoch >= ProducerSequence.MAX_VALUE) {
            stop(cause, reason);
        } else {
            due = LaneRecovery.under(takenEpoch + 1, due);
        }
    }

    /** Continues under the next epoch, which fences off attempts that may still arrive under the current epoch. */
    void raiseEpoch() {
        due = LaneRecovery.under(numbers.epoch() + 1, due);
    }

    /** Renumbers the remaining batches from a number on that is not stored and never will be. */
    void numberAnewFrom(long freeSeq) {
        due = LaneRecovery.from(freeSeq, numbers.epoch(), due);
    }

    /**
     * Begins the renumbering: within the current epoch if this was requested and is possible, otherwise under a later
     * one.
     *
     * @param anyUncertain whether any batch may be stored under its current number
     * @return the first previous number that is not stored and never will be
     */
    long begin(boolean anyUncertain) {
        LaneRecovery target = due != null ? due : LaneRecovery.under(numbers.epoch(), null);
        // An unconfirmed epoch has used one number only, which is free again or contested.
        boolean reusable = !numbers.isConfirmed() || !numbers.hasUnknown() && !anyUncertain;
        if (target.epoch() == numbers.epoch() && reusable) {
            numbers.reuse();
        } else {
            numbers.begin(Math.max(target.epoch(), numbers.epoch() + 1));
        }
        due = null;
        return target.freeSeq();
    }
}
