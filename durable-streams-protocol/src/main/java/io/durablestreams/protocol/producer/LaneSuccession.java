package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;

/**
 * How a {@link ProducerLane} goes on when its numbers do not serve any more: it uses free ones again, raises its epoch, or
 * claims that of another incarnation; or it stops, for good. A new numbering becomes due at once and begins when nothing
 * is in flight, with what was asked for until then.
 *
 * @param <C> what the cause of a failure is to the driver
 */
final class LaneSuccession<C> {

    private final LanePolicy policy;
    private final LaneNumbers numbers;

    // Since the last acknowledgement.
    private int claims;
    private boolean rejectedBefore;

    private @Nullable LaneRecovery due;
    private @Nullable Stop<C> stop;

    /** Why the lane takes no more batches. */
    record Stop<C>(C cause, FailureReason reason) {}

    LaneSuccession(LanePolicy policy, LaneNumbers numbers) {
        this.policy = policy;
        this.numbers = numbers;
    }

    /** Why the lane has stopped, or null if it has not. */
    @Nullable
    Stop<C> stop() {
        return stop;
    }

    /** Whether a new numbering is due. */
    boolean isDue() {
        return due != null;
    }

    /** Whether a batch may go out before the new numbering, if one is due. */
    boolean mayGo(LaneEntry<?, C> entry) {
        return !entry.isSplit()
                && (due == null || due.epoch() == numbers.epoch() && entry.isNumbered() && entry.seq() < due.freeSeq());
    }

    /** The server has acknowledged a batch: all is well with the numbers. */
    void acknowledged() {
        claims = 0;
        rejectedBefore = false;
    }

    /** Somebody has a number of the lane, which may be the lane itself: no sign of a fight. */
    void takenByChance() {
        claims = 0;
    }

    /** A server that knows an older epoch only refuses all numbers but the first, with the status of a bad batch. */
    void rejected(Attempt<?> attempt, C cause) {
        if (rejectedBefore && attempt.seq() > 0 && policy.mayClaimWhen(FailureReason.STATE_LOST)) {
            claimOrStop(attempt.epoch(), cause, FailureReason.STATE_LOST);
        }
        rejectedBefore = true;
    }

    void stop(C cause, FailureReason reason) {
        if (stop == null) {
            stop = new Stop<>(cause, reason);
        }
    }

    /** Somebody has an epoch, or the server has lost what it knew of it. */
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

    /** The rest is to go out under the next epoch, which fences off what may still be under way in this one. */
    void raiseEpoch() {
        due = LaneRecovery.under(numbers.epoch() + 1, due);
    }

    /** The rest is to go out from a number on that is certainly not stored. */
    void numberAnewFrom(long freeSeq) {
        due = LaneRecovery.from(freeSeq, numbers.epoch(), due);
    }

    /**
     * Begins the new numbering: in this epoch if that is asked for and possible, or else under the next one.
     *
     * @param anyUncertain whether any batch may be stored under the number that it has
     * @return the first number of before that is certainly not stored and never will be
     */
    long begin(boolean anyUncertain) {
        LaneRecovery target = due != null ? due : LaneRecovery.under(numbers.epoch(), null);
        // The only number that an unconfirmed epoch has used is free again, or contested.
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
