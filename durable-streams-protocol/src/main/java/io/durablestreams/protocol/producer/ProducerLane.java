package io.durablestreams.protocol.producer;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;
import io.durablestreams.protocol.producer.LaneSuccession.Stop;

/**
 * The states of an idempotent producer: which batch goes out under which number, and what every answer means
 * (protocol §5.2.1).
 *
 * <p>What happened goes in by the methods, with the time; what to do comes out as steps, in order. Every attempt must be
 * answered by exactly one call, at its deadline at the latest, unless the lane is {@linkplain #abandon abandoned}. Not
 * thread-safe, and no clock, no randomness and no I/O of its own. A call takes time in proportion to what is in flight,
 * not to what is queued.
 *
 * <p><b>What holds</b>, whatever is lost, delayed or overtaken:
 * <ul>
 *   <li>Every batch is acknowledged or fails, once: at its deadline, or at its answer if it is in flight then. A failure
 *       does not concern the batches behind it, unless the lane stops (fence, lost state, closed stream, abandoned); then
 *       all fail.
 *   <li>An acknowledged batch is stored. One that fails and is not {@linkplain LaneStep.Fail#possiblyStored possibly
 *       stored} is not, and never will be.
 *   <li>Within an epoch a batch is stored at most once, and the stored order is the order of the offers. Over all epochs
 *       this is true of the first copies of the acknowledged batches.
 *   <li>A batch is stored twice only if it is acknowledged as {@link Outcome#POSSIBLY_REPEATED} or fails as possibly
 *       stored. This takes an attempt with an unknown outcome, followed by a claim or a split, or by a batch in front that
 *       is given up with an unknown outcome and is not stored.
 *   <li>A lane that does not claim when it is fenced, on a server that loses no state: nothing is stored once another incarnation has stored something under a higher epoch.
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
 *   <li>The lane raises a confirmed epoch only, and by one, unless it is fenced and claims. So it never gets past a newer incarnation.
 *   <li>A duplicate proves success only for a batch that was sent before, and in an epoch that nobody else can write in:
 *       if fences are claimed, two incarnations may have claimed the same, and only one has the first append acknowledged as new.
 * </ul>
 *
 * <p><b>What the protocol cannot give.</b> An intermediary that repeats a request on its own makes the second copy look
 * like somebody else's append; one that does so after the answer can have it stored twice. A server that lost what it
 * knew of the producer does not recognise late attempts. Incarnations that share an epoch without claiming can take each
 * other's first append for their own if its answer was lost; a lane raises its epoch by itself, so one that takes over
 * should leave a number free.
 *
 * @param <B> what a batch is to the driver
 * @param <C> what the cause of a failure is to the driver
 */
public final class ProducerLane<B, C> {

    private final LanePolicy policy;
    private final long deliveryNanos;
    private final LaneNumbers numbers;
    private final LaneSuccession<C> succession;
    private final LaneQueue<B, C> outstanding = new LaneQueue<>();
    private final List<LaneStep<B, C>> steps = new ArrayList<>();

    /** Creates a lane that has sent nothing yet. */
    public ProducerLane(LanePolicy policy) {
        this.policy = policy;
        this.deliveryNanos = policy.deliveryTimeout().toNanos();
        this.numbers = new LaneNumbers(policy.epoch(), policy.seq());
        this.succession = new LaneSuccession<>(policy, numbers);
    }

    /** The epoch that the next batch goes out under. */
    public long epoch() {
        return numbers.epoch();
    }

    /** Batches under way. */
    public int inFlight() {
        return outstanding.inFlight();
    }

    /** Whether a batch that is offered now goes out, or fails, at once. */
    public boolean hasWindow() {
        return succession.stop() != null || !succession.isDue() && outstanding.isAllInFlight() && isWindowOpen();
    }

    /** Why all batches fail from now on, for good, or null if they do not. */
    public @Nullable C stopCause() {
        Stop<C> stop = succession.stop();
        return stop == null ? null : stop.cause();
    }

    /** Whether nothing is outstanding. */
    public boolean isIdle() {
        return outstanding.isEmpty();
    }

    /**
     * Goes on under the next epoch, unless nothing is acknowledged under the present one, which is then as good as new, or
     * unless that would cost a batch its number. Nothing may be outstanding.
     *
     * @param repeatable the last attempt of a batch that is to be {@linkplain #offerAgain offered again} before any other,
     *     and has to go out under its number for its outcome to be known, or null if there is none
     * @return the cause of the stop if the lane has stopped, which it still has, or else null
     */
    public @Nullable C restart(@Nullable Attempt<B> repeatable) {
        if (!isIdle() || numbers.epoch() >= ProducerSequence.MAX_VALUE) {
            throw new IllegalStateException(
                    "A lane cannot be restarted with batches outstanding, or in the last epoch");
        }
        boolean keepsNumber = repeatable != null && numbers.isLastAndUnknown(repeatable.epoch(), repeatable.seq());
        if (succession.stop() == null && numbers.isConfirmed() && !keepsNumber) {
            numbers.begin(numbers.epoch() + 1);
        }
        return stopCause();
    }

    private boolean isWindowOpen() {
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

    /**
     * Takes on a batch once more that has failed as possibly stored: under the number of its last attempt, unless that is
     * known to be stored by now. Nothing may be outstanding, nor have been offered since.
     */
    public List<LaneStep<B, C>> offerAgain(B batch, Attempt<B> last, long acceptedNanos, long now) {
        boolean sameNumber = numbers.takeAgain(last.epoch(), last.seq());
        outstanding.add(batch, acceptedNanos + deliveryNanos).resume(sameNumber ? last : null);
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
     * @param cause called if the append is not this lane's, for the failure
     * @param now the time
     */
    public List<LaneStep<B, C>> duplicate(Attempt<B> attempt, long lastSeq, Supplier<C> cause, long now) {
        LaneEntry<B, C> entry = outstanding.answered(attempt);
        boolean ownEpoch = isOwnEpoch(lastSeq);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else if (ownEpoch && numbers.isContested()) {
            passContestedNumber(entry);
        } else if (ownEpoch && (entry.isUncertain() || policy.acceptReplays())) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else {
            taken(entry, lastSeq, cause.get());
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
        } else if (succession.mayGo(entry)) {
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
        succession.claimOrStop(Math.max(currentEpoch, attempt.epoch()), cause, FailureReason.FENCED);
        return proceed(now);
    }

    /** The stream is closed, and nothing will ever be stored again (409 with {@code Stream-Closed}). */
    public List<LaneStep<B, C>> streamClosed(Attempt<B> attempt, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        }
        succession.stop(cause, FailureReason.STREAM_CLOSED);
        return proceed(now);
    }

    /** The server has refused the batch for good; this attempt is not stored (400, 404 and others). */
    public List<LaneStep<B, C>> rejected(Attempt<B> attempt, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else {
            outstanding.remove(entry);
            giveUp(entry, FailureReason.REJECTED);
            succession.rejected(attempt, cause);
        }
        return proceed(now);
    }

    /**
     * The server has refused the batch for its size, and this attempt is not stored (413). The batch is replaced by its
     * parts, which {@link LaneStep.Split} tells, unless it turns out to be stored or fails before.
     *
     * @param parts what the batch consists of, in order; at least two
     */
    public List<LaneStep<B, C>> tooLarge(Attempt<B> attempt, List<B> parts, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        LaneEntry<B, C> first = outstanding.first();
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else if (entry.isUncertain() && first != null && first != entry) {
            entry.awaitPredecessor(first.seq()); // Or those in front would be repeated with it, under the next epoch.
        } else {
            entry.split(parts);
            leaveNumber(entry);
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
    public List<LaneStep<B, C>> unknown(Attempt<B> attempt, C cause, boolean nothingStored, RetryHint retry, long now) {
        LaneEntry<B, C> entry = outstanding.answered(attempt);
        entry.unanswered(cause, now);
        if (!nothingStored) {
            entry.outcomeUnknown();
        }
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else {
            entry.retryIn(policy.backoff().delay(entry.failures(), retry.random(), retry.after()), now);
        }
        return proceed(now);
    }

    /** The time of a {@link LaneStep.WakeAt} has come. */
    public List<LaneStep<B, C>> wake(long now) {
        return proceed(now);
    }

    /**
     * Fails every outstanding batch, including those in flight, and stops the lane. No attempt may be answered afterwards.
     *
     * @param cause the cause of batches that are offered afterwards
     */
    public List<LaneStep<B, C>> abandon(C cause) {
        succession.stop(cause, FailureReason.ABANDONED);
        for (LaneEntry<B, C> entry : outstanding.takeAll()) {
            if (entry.isInFlight()) {
                entry.outcomeUnknown();
            }
            fail(entry, entry.cause(), FailureReason.ABANDONED);
        }
        return takeSteps();
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
        boolean mayBeShared = policy.mayClaimWhen(FailureReason.FENCED) && !numbers.isConfirmed();
        return policy.acceptReplays() || lastSeq < numbers.next() && !mayBeShared;
    }

    /** The server has the first number of the epoch, by a batch that was given up or split, or by this one. */
    private void passContestedNumber(LaneEntry<B, C> entry) {
        numbers.acknowledged(entry.seq());
        if (entry.isPossiblyStored()) {
            succession.raiseEpoch();
        } else {
            succession.numberAnewFrom(entry.seq());
        }
    }

    /** The server has an append that need not be this lane's, under the number of a batch. */
    private void taken(LaneEntry<B, C> entry, long lastSeq, C cause) {
        entry.failed(cause);
        if (lastSeq < numbers.next()) {
            if (entry.isUncertain() || numbers.isContested()) {
                succession.takenByChance();
            }
            entry.outcomeUnknown(); // It may be a copy of this very attempt that a proxy has made.
        }
        succession.claimOrStop(numbers.epoch(), cause, FailureReason.FENCED);
    }

    private void missing(LaneEntry<B, C> entry, long expected, C cause) {
        if (expected <= entry.acknowledgedAtSend() || expected >= entry.seq()) {
            // What it misses was acknowledged before this attempt was made: nothing under way can fill the gap.
            succession.claimOrStop(numbers.epoch(), cause, FailureReason.STATE_LOST);
        } else if (expected > numbers.lastAcknowledged()) {
            if (outstanding.contains(expected)) {
                entry.awaitPredecessor(expected);
            } else {
                succession.raiseEpoch();
            }
        }
    }

    /**
     * The number of a batch that is to be split is free if the whole is certainly not stored. If not, a new epoch follows
     * when nothing is in flight any more, unless it turns out to be stored.
     */
    private void leaveNumber(LaneEntry<B, C> entry) {
        if (!entry.isUncertain()) {
            succession.numberAnewFrom(entry.seq());
        } else if (!numbers.isConfirmed()) {
            numbers.givenUp(entry.seq());
        }
    }

    // Settling batches.

    /** Acknowledges a batch, and those in front of it that wait for a retry: the server stores no number before them. */
    private void acknowledge(LaneEntry<B, C> entry, Outcome outcome) {
        long seq = entry.seq();
        numbers.acknowledged(seq);
        succession.acknowledged();
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
            succession.numberAnewFrom(seq);
        }
    }

    private void fail(LaneEntry<B, C> entry, @Nullable C cause, FailureReason reason) {
        steps.add(new LaneStep.Fail<>(entry.batch(), cause, reason, entry.isPossiblyStored()));
    }

    // What is to be done now.

    private List<LaneStep<B, C>> proceed(long now) {
        Stop<C> stopped = succession.stop();
        if (stopped != null) {
            outstanding.takeHeld().forEach(entry -> fail(entry, stopped.cause(), stopped.reason()));
        } else {
            outstanding.takeExpired(now).forEach(entry -> giveUp(entry, FailureReason.TIMED_OUT));
            if (isRecoveryDue()) {
                recover();
            }
            sendReady(now);
            wakeUp(now);
        }
        return takeSteps();
    }

    private List<LaneStep<B, C>> takeSteps() {
        List<LaneStep<B, C>> result = List.copyOf(steps);
        steps.clear();
        return result;
    }

    private boolean isRecoveryDue() {
        LaneEntry<B, C> first = outstanding.first();
        return outstanding.inFlight() == 0 && (first == null ? succession.isDue() : !succession.mayGo(first));
    }

    private void recover() {
        outstanding
                .unnumber(succession.begin(outstanding.hasUncertain()))
                .forEach(split -> steps.add(new LaneStep.Split<>(split.batch(), split.parts())));
    }

    /** Sends in order, as far as there is room; nothing passes a batch that has to wait. */
    private void sendReady(long now) {
        for (LaneEntry<B, C> entry : outstanding) {
            if (entry.isInFlight()) {
                continue;
            }
            if (!isWindowOpen() || !succession.mayGo(entry) || !entry.isDue(now)) {
                return;
            }
            steps.add(new LaneStep.Send<>(outstanding.send(entry, numbers)));
        }
    }

    /** The first batch that is not in flight holds up all others; what is in flight is answered at its deadline. */
    private void wakeUp(long now) {
        LaneEntry<B, C> held = outstanding.firstHeld();
        if (held != null) {
            steps.add(new LaneStep.WakeAt<>(held.wakeNanos(now)));
        }
    }
}
