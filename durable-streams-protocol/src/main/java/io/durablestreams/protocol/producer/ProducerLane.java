package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;

/**
 * The states of an idempotent producer: which batch goes out under which number, and what every answer means
 * (protocol §5.2.1).
 *
 * <p>What happened goes in by the methods, with the time; what to do comes out as steps, in order. Every attempt must be
 * answered by exactly one call, at its deadline at the latest. Not thread-safe, and no clock, no randomness and no I/O of
 * its own. A call takes time in proportion to what is in flight, not to what is queued.
 *
 * <p><b>What holds</b>, whatever is lost, delayed or overtaken:
 * <ul>
 *   <li>Every batch is acknowledged or fails, once: at its deadline, or at its answer if it is in flight then. A failure
 *       does not concern the batches behind it, unless the lane stops (fence, lost state, closed stream); then all fail.
 *   <li>An acknowledged batch is stored. One that fails and is not {@linkplain LaneStep.Fail#possiblyStored possibly
 *       stored} is not, and never will be.
 *   <li>Within an epoch a batch is stored at most once, and the stored order is the order of the offers. Over all epochs
 *       this is true of the first copies of the acknowledged batches.
 *   <li>A batch is stored twice only if it is acknowledged as {@link Outcome#POSSIBLY_REPEATED} or fails as possibly
 *       stored. This takes an attempt with an unknown outcome, followed by a claim, or by a batch in front that is given
 *       up with an unknown outcome and is not stored.
 *   <li>Without auto-claim, nothing is stored once another incarnation has stored something under a higher epoch.
 *   <li>While an epoch is unconfirmed, one batch is in flight. There are at most as many requests as batches and failures,
 *       times what may be in flight plus one; a wake-up is always in the future.
 * </ul>
 *
 * <p><b>How.</b> A batch gets its number at its first attempt and keeps it through all retries.
 * <ul>
 *   <li>A number that is certainly not stored (its batch was rejected, or never got through) is free: once the batches in
 *       front are settled and nothing is in flight, those behind are numbered anew, under the next epoch if an attempt of
 *       theirs may still arrive under its old number.
 *   <li>A number that was given up with an unknown outcome stays taken. Only if the server turns out to miss it, the rest
 *       goes on under the next epoch, which fences off what is still under way. In an unconfirmed epoch, where nothing
 *       else can have been sent, it is used again until the server has it.
 *   <li>The lane raises a confirmed epoch only, and by one, unless it claims. So it never gets past a newer incarnation.
 *   <li>A duplicate proves success only for a batch that was sent before, and in an epoch that nobody else can write in:
 *       with auto-claim, two incarnations may have claimed the same, and only one has the first append acknowledged as new.
 * </ul>
 *
 * <p><b>What the protocol cannot give.</b> An intermediary that repeats a request on its own makes the second copy look
 * like somebody else's append; one that does so after the answer can have it stored twice. A server that lost what it
 * knew of the producer does not recognise late attempts. Incarnations that share an epoch without auto-claim can take each
 * other's first append for their own if its answer was lost; a lane raises its epoch by itself, so one that takes over
 * should leave a number free.
 *
 * @param <B> what a batch is to the driver
 * @param <C> what the cause of a failure is to the driver
 */
public final class ProducerLane<B, C> {

    private static final long NO_SEQ = Long.MAX_VALUE;

    private final LanePolicy policy;
    private final long deliveryNanos;
    private final LaneNumbers numbers;
    private final LaneQueue<B, C> outstanding = new LaneQueue<>();
    private final List<LaneStep<B, C>> steps = new ArrayList<>();

    private int claims;
    private boolean rejectedBefore;
    private @Nullable Recovery recovery;
    private @Nullable Stop<C> stop;

    /** Creates a lane that has sent nothing yet. */
    public ProducerLane(LanePolicy policy) {
        this.policy = policy;
        this.deliveryNanos = policy.deliveryTimeout().toNanos();
        this.numbers = new LaneNumbers(policy.epoch());
    }

    /**
     * A new numbering that is due when nothing is in flight.
     *
     * @param epoch the epoch to go on under: the present one, if possible, or a later one
     * @param freeSeq the first number that is certainly not stored and never will be, or {@link #NO_SEQ}. In the present
     *     epoch, batches in front of it go on, and those behind wait
     */
    private record Recovery(long epoch, long freeSeq) {}

    /** Why the lane takes no more batches. */
    private record Stop<C>(C cause, FailureReason reason) {}

    /** The epoch that the next batch goes out under. */
    public long epoch() {
        return numbers.epoch();
    }

    /** Batches under way. */
    public int inFlight() {
        return outstanding.inFlight();
    }

    /** Whether a batch that is offered now goes out, or fails, at once. */
    public boolean hasRoom() {
        return stop != null || recovery == null && outstanding.isAllInFlight() && hasWindow();
    }

    /** Whether nothing is outstanding. */
    public boolean isIdle() {
        return outstanding.isEmpty();
    }

    private boolean hasWindow() {
        return outstanding.inFlight() < (numbers.isConfirmed() ? policy.maxInFlight() : 1);
    }

    /**
     * Takes on a batch. Its deadline is never before that of an earlier one.
     *
     * @param batch the batch
     * @param acceptedNanos when its oldest message was accepted, from which the delivery timeout counts
     * @param now the time
     */
    public List<LaneStep<B, C>> offer(B batch, long acceptedNanos, long now) {
        outstanding.add(batch, acceptedNanos + deliveryNanos);
        return proceed(now);
    }

    /** The server has stored the batch with this attempt (200). */
    public List<LaneStep<B, C>> stored(Attempt<B> attempt, long now) {
        acknowledge(outstanding.answered(attempt), Outcome.STORED);
        return proceed(now);
    }

    /**
     * The server has an append of this number already (204).
     *
     * @param attempt the attempt
     * @param lastSeq the highest number that the server has stored in this epoch
     * @param cause the failure, if the append is not this lane's
     * @param now the time
     */
    public List<LaneStep<B, C>> duplicate(Attempt<B> attempt, long lastSeq, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        boolean ownEpoch = isOwnEpoch(lastSeq);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else if (ownEpoch && numbers.isContested()) {
            passContestedNumber(entry);
        } else if (ownEpoch && (entry.isUncertain() || policy.acceptReplays())) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else {
            taken(entry, lastSeq, cause);
        }
        return proceed(now);
    }

    /**
     * Appends before this one are missing (409 with an expected sequence number).
     *
     * @param attempt the attempt
     * @param expected the number that the server expects
     * @param cause the failure, if it cannot be mended
     * @param now the time
     */
    public List<LaneStep<B, C>> gap(Attempt<B> attempt, long expected, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else if (mayGo(entry)) {
            missing(entry, expected, cause);
        }
        return proceed(now);
    }

    /**
     * A newer incarnation of the producer exists (403).
     *
     * @param attempt the attempt
     * @param currentEpoch its epoch
     * @param cause the failure, if the epoch is not to be claimed
     * @param now the time
     */
    public List<LaneStep<B, C>> fenced(Attempt<B> attempt, long currentEpoch, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        }
        claimOrStop(Math.max(currentEpoch, attempt.epoch()), cause, FailureReason.FENCED);
        return proceed(now);
    }

    /** The stream is closed, and nothing will ever be stored again (409 with {@code Stream-Closed}). */
    public List<LaneStep<B, C>> streamClosed(Attempt<B> attempt, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        }
        stop(cause, FailureReason.STREAM_CLOSED);
        return proceed(now);
    }

    /** The server has refused the batch for good; this attempt is not stored (400, 404, 413 and others). */
    public List<LaneStep<B, C>> rejected(Attempt<B> attempt, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else {
            outstanding.remove(entry);
            giveUp(entry, FailureReason.REJECTED);
            suspectNumbers(attempt, cause);
        }
        return proceed(now);
    }

    /**
     * There was no definite answer.
     *
     * @param attempt the attempt
     * @param cause what happened
     * @param nothingStored whether it is certain that the attempt is not stored and never will be
     * @param retry when to try again
     * @param now the time
     */
    public List<LaneStep<B, C>> unknown(Attempt<B> attempt, C cause, boolean nothingStored, Retry retry, long now) {
        LaneEntry<B, C> entry = outstanding.answered(attempt);
        entry.unanswered(cause, now);
        if (!nothingStored) {
            entry.outcomeUnknown();
        }
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else {
            Duration delay = policy.backoff().delay(entry.failures(), retry.random(), retry.after());
            Duration left = Duration.ofNanos(entry.deadlineNanos() - now);
            entry.retryAt(delay.compareTo(left) < 0 ? now + delay.toNanos() : entry.deadlineNanos());
        }
        return proceed(now);
    }

    /**
     * When to try again.
     *
     * @param after the least wait that the server asked for, or null
     * @param random a random number from 0 to below 1
     */
    public record Retry(@Nullable Duration after, double random) {}

    /** The time of a {@link LaneStep.WakeAt} has come. */
    public List<LaneStep<B, C>> wake(long now) {
        return proceed(now);
    }

    // What an answer means.

    private LaneEntry<B, C> answered(Attempt<B> attempt, C cause) {
        LaneEntry<B, C> entry = outstanding.answered(attempt);
        entry.failed(cause);
        return entry;
    }

    /** Whether a later batch is acknowledged, so that this one is stored if anything was ever heard of it. */
    private boolean isVouchedFor(LaneEntry<B, C> entry) {
        return entry.isUncertain() && entry.seq() <= numbers.lastAcknowledged();
    }

    /**
     * Whether what the server has in this epoch is this lane's. Nobody who claims epochs can tell before the first
     * acknowledgement, because another one may have claimed the very same.
     */
    private boolean isOwnEpoch(long lastSeq) {
        boolean mayBeShared = policy.autoClaim() && !numbers.isConfirmed();
        return policy.acceptReplays() || lastSeq < numbers.next() && !mayBeShared;
    }

    /** The server has the first number of the epoch, by a batch that was given up or by this one. */
    private void passContestedNumber(LaneEntry<B, C> entry) {
        numbers.acknowledged(entry.seq());
        if (entry.isUncertain()) {
            recoverUnder(numbers.epoch() + 1);
        } else {
            numberAnewFrom(entry.seq());
        }
    }

    /** The server has an append that need not be this lane's, under the number of a batch. */
    private void taken(LaneEntry<B, C> entry, long lastSeq, C cause) {
        if (lastSeq < numbers.next()) {
            claims = entry.isUncertain() || numbers.isContested() ? 0 : claims; // This is no sign of a fight.
            entry.outcomeUnknown(); // It may be a copy of this very attempt that a proxy has made.
        }
        claimOrStop(numbers.epoch(), cause, FailureReason.FENCED);
    }

    private void missing(LaneEntry<B, C> entry, long expected, C cause) {
        if (expected <= entry.acknowledgedAtSend() || expected >= entry.seq()) {
            // What it misses was acknowledged before this attempt was made: nothing under way can fill the gap.
            claimOrStop(numbers.epoch(), cause, FailureReason.STATE_LOST);
        } else if (expected > numbers.lastAcknowledged()) {
            if (outstanding.contains(expected)) {
                entry.awaitPredecessor(expected);
            } else {
                recoverUnder(numbers.epoch() + 1);
            }
        }
    }

    /** A server that knows an older epoch only refuses all numbers but the first, with the status of a bad batch. */
    private void suspectNumbers(Attempt<B> attempt, C cause) {
        if (rejectedBefore && attempt.seq() > 0 && policy.autoClaim()) {
            claimOrStop(attempt.epoch(), cause, FailureReason.STATE_LOST);
        }
        rejectedBefore = true;
    }

    // Settling batches.

    /** Acknowledges a batch, and those in front of it that wait for a retry: the server stores no number before them. */
    private void acknowledge(LaneEntry<B, C> entry, Outcome outcome) {
        long seq = entry.seq();
        numbers.acknowledged(seq);
        claims = 0;
        rejectedBefore = false;
        for (Iterator<LaneEntry<B, C>> all = outstanding.iterator(); all.hasNext(); ) {
            LaneEntry<B, C> other = all.next();
            Attempt<B> attempt = other.attempt();
            if (attempt == null) {
                break;
            }
            if (other == entry || isVouchedFor(other) && !other.isInFlight()) {
                all.remove();
                Outcome own = other == entry ? outcome : Outcome.DUPLICATE;
                steps.add(new LaneStep.Acknowledge<>(
                        attempt, other.isPossiblyRepeated() ? Outcome.POSSIBLY_REPEATED : own));
            }
            other.settled(seq);
        }
    }

    /** Fails a batch; what becomes of its number depends on whether the server may have it. */
    private void giveUp(LaneEntry<B, C> failed, FailureReason reason) {
        fail(failed, failed.cause(), reason);
        if (!failed.isNumbered()) {
            return;
        }
        long seq = failed.seq();
        if (failed.isUncertain()) {
            numbers.givenUp(seq);
            outstanding.settled(seq);
        } else {
            numberAnewFrom(seq);
        }
    }

    private void fail(LaneEntry<B, C> entry, @Nullable C cause, FailureReason reason) {
        boolean possiblyStored = entry.isUncertain() || entry.isPossiblyRepeated();
        steps.add(new LaneStep.Fail<>(entry.batch(), cause, reason, possiblyStored));
    }

    private void stop(C cause, FailureReason reason) {
        if (stop == null) {
            stop = new Stop<>(cause, reason);
        }
    }

    private void claimOrStop(long takenEpoch, C cause, FailureReason reason) {
        boolean leaving = recovery != null && recovery.epoch() > numbers.epoch();
        if (policy.autoClaim() && recovery != null && recovery.epoch() > takenEpoch) {
            return;
        }
        boolean exhausted = !leaving && ++claims > LanePolicy.MAX_CLAIMS;
        if (!policy.autoClaim() || exhausted || takenEpoch >= ProducerSequence.MAX_VALUE) {
            stop(cause, reason);
        } else {
            recoverUnder(takenEpoch + 1);
        }
    }

    private void numberAnewFrom(long freeSeq) {
        recovery = recovery == null
                ? new Recovery(numbers.epoch(), freeSeq)
                : new Recovery(recovery.epoch(), Math.min(recovery.freeSeq(), freeSeq));
    }

    private void recoverUnder(long epoch) {
        recovery = new Recovery(epoch, recovery == null ? NO_SEQ : recovery.freeSeq());
    }

    // What is to be done now.

    private List<LaneStep<B, C>> proceed(long now) {
        if (stop != null) {
            failAllButInFlight(stop);
        } else {
            expire(now);
            if (recovery != null && isDue()) {
                recover(recovery);
            }
            sendReady(now);
            wakeUp(now);
        }
        List<LaneStep<B, C>> result = List.copyOf(steps);
        steps.clear();
        return result;
    }

    private void failAllButInFlight(Stop<C> reason) {
        for (Iterator<LaneEntry<B, C>> all = outstanding.iterator(); all.hasNext(); ) {
            LaneEntry<B, C> entry = all.next();
            if (!entry.isInFlight()) {
                all.remove();
                fail(entry, reason.cause(), reason.reason());
            }
        }
    }

    /** Deadlines are in the order of the offers, so only the first batches can be over theirs. */
    private void expire(long now) {
        for (Iterator<LaneEntry<B, C>> all = outstanding.iterator(); all.hasNext(); ) {
            LaneEntry<B, C> entry = all.next();
            if (entry.deadlineNanos() - now > 0) {
                break;
            }
            if (!entry.isInFlight()) {
                all.remove();
                giveUp(entry, FailureReason.TIMED_OUT);
            }
        }
    }

    private boolean isDue() {
        LaneEntry<B, C> first = outstanding.first();
        return outstanding.inFlight() == 0 && (first == null || !mayGo(first));
    }

    private void recover(Recovery target) {
        // The only number that an unconfirmed epoch has used is free again, or contested.
        boolean reusable = !numbers.isConfirmed() || !numbers.hasUnknown() && !outstanding.hasUncertain();
        if (target.epoch() == numbers.epoch() && reusable) {
            numbers.reuse();
        } else {
            numbers.begin(Math.max(target.epoch(), numbers.epoch() + 1));
        }
        outstanding.unnumber(target.freeSeq());
        recovery = null;
    }

    /** Sends in order, as far as there is room; nothing passes a batch that has to wait. */
    private void sendReady(long now) {
        for (LaneEntry<B, C> entry : outstanding) {
            if (entry.isInFlight()) {
                continue;
            }
            if (!hasWindow() || !mayGo(entry) || !entry.isDue(now)) {
                return;
            }
            steps.add(new LaneStep.Send<>(outstanding.send(entry, numbers)));
        }
    }

    /** Whether a batch may go out before the recovery, if there is one. */
    private boolean mayGo(LaneEntry<B, C> entry) {
        return recovery == null
                || recovery.epoch() == numbers.epoch() && entry.isNumbered() && entry.seq() < recovery.freeSeq();
    }

    /** The first batch that is not in flight holds up all others; what is in flight is answered at its deadline. */
    private void wakeUp(long now) {
        LaneEntry<B, C> held = outstanding.firstHeld();
        if (held != null) {
            steps.add(new LaneStep.WakeAt<>(held.wakeNanos(now)));
        }
    }
}
