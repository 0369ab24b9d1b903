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
 * The state machine of an idempotent producer (protocol §5.2.1): assigns numbers to batches and interprets the
 * responses. The package description lists the transitions and the limits of the protocol.
 *
 * <p>The driver calls a method for each event, with the time, and carries out the returned steps in order. The driver
 * must report the outcome of every attempt exactly once, at the deadline of the attempt at the latest, unless the lane
 * is {@linkplain #abandon abandoned}. A lane does no I/O and uses no clock and no randomness. It is not thread-safe. The
 * time that a call takes depends on the number of batches in flight, not on the number of queued batches.
 *
 * <p><b>Guarantees</b>, regardless of lost, delayed or reordered requests:
 * <ul>
 *   <li>Every batch is acknowledged or fails exactly once: at its deadline at the latest, or at its response if it is in
 *       flight at the deadline. The failure of a batch does not affect later batches. Except: if the lane stops (fence, lost
 *       state, closed stream, abandoned), all batches fail.
 *   <li>An acknowledged batch is stored. A failed batch that is not {@linkplain LaneStep.Fail#possiblyStored possibly
 *       stored} is not stored and never will be.
 *   <li>Within an epoch a batch is stored at most once, and the stored order is the order of the offers. Across epochs
 *       the first copies of the acknowledged batches have this order.
 *   <li>A batch is stored twice only if it is acknowledged as {@link Outcome#POSSIBLY_REPEATED} or fails as possibly
 *       stored. The cause is an attempt with an unknown outcome, followed by a claim, by a split, or by an earlier
 *       batch that is given up with an unknown outcome and is not stored.
 *   <li>If the lane does not claim when it is fenced and the server keeps its state, no batch is stored after another
 *       incarnation has stored an append under a higher epoch.
 *   <li>While an epoch is unconfirmed, at most one batch is in flight. The number of requests is at most the number of
 *       batches and failures, times the maximum in flight plus one. A wake-up is always in the future.
 * </ul>
 *
 * @param <B> the driver's type of batches
 * @param <C> the driver's type of failure causes
 */
public final class ProducerLane<B, C> {

    private final LanePolicy policy;
    private final long deliveryNanos;
    private final LaneNumbers numbers;
    private final LaneSuccession<C> succession;
    private final LaneQueue<B, C> outstanding;
    private final List<LaneStep<B, C>> steps = new ArrayList<>();

    /** Creates a lane without batches. */
    public ProducerLane(LanePolicy policy) {
        this.policy = policy;
        this.deliveryNanos = policy.deliveryTimeout().toNanos();
        this.outstanding = new LaneQueue<>(policy.leastAnswerNanos());
        this.numbers = new LaneNumbers(policy.epoch(), policy.seq());
        this.succession = new LaneSuccession<>(policy, numbers);
    }

    /** Returns the epoch under which the next batch is sent. */
    public long epoch() {
        return numbers.epoch();
    }

    /** Returns the number of batches in flight. */
    public int inFlight() {
        return outstanding.inFlight();
    }

    /** Returns whether a batch that is offered now is sent or fails immediately. */
    public boolean hasWindow() {
        return succession.stop() != null || !succession.isDue() && outstanding.isAllInFlight() && isWindowOpen();
    }

    /**
     * Returns the cause with which all further batches fail, or null if the lane has not stopped. A stop is permanent.
     */
    public @Nullable C stopCause() {
        Stop<C> stop = succession.stop();
        return stop == null ? null : stop.cause();
    }

    /** Returns whether no batch is outstanding. */
    public boolean isIdle() {
        return outstanding.isEmpty();
    }

    /**
     * Begins the next epoch. The current epoch is kept in these cases:
     * <ul>
     *   <li>No batch has been acknowledged under it.
     *   <li>The outcome of {@code repeatable} is unknown and can only be learned under its number.
     *   <li>The lane has stopped. It remains stopped.
     * </ul>
     *
     * @param repeatable the last attempt of a batch that will be {@linkplain #offerAgain offered again} before any
     *     other batch, or null if there is no such batch
     * @return the cause of the stop, or null if the lane has not stopped
     * @throws IllegalStateException if a batch is outstanding, or if there is no next epoch
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
     * Accepts a batch. Its deadline is the delivery timeout after {@code acceptedNanos}, but not before the deadline of
     * an earlier batch.
     *
     * @param batch the batch
     * @param acceptedNanos the time at which the oldest message of the batch was accepted
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> offer(B batch, long acceptedNanos, long now) {
        outstanding.add(batch, acceptedNanos + deliveryNanos);
        return proceed(now);
    }

    /**
     * Accepts a batch again that has failed as possibly stored. The batch keeps the number of its last attempt if the
     * outcome of that number is still unknown. No batch may be outstanding, and no batch may have been offered since
     * the failure.
     *
     * @param batch the batch
     * @param last the last attempt to send the batch
     * @param acceptedNanos the time from which the delivery timeout counts
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> offerAgain(B batch, Attempt<B> last, long acceptedNanos, long now) {
        boolean sameNumber = numbers.takeAgain(last.epoch(), last.seq());
        outstanding.add(batch, acceptedNanos + deliveryNanos).resume(sameNumber ? last : null);
        return proceed(now);
    }

    /**
     * Handles the response that the attempt is stored (200).
     *
     * @param attempt the attempt
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> stored(Attempt<B> attempt, long now) {
        acknowledge(outstanding.answered(attempt), Outcome.STORED);
        return proceed(now);
    }

    /**
     * Handles the response that an append with this number is already stored (204).
     *
     * @param attempt the attempt
     * @param lastSeq the highest number that the server has stored in this epoch
     * @param cause supplies the cause if the stored append may be another writer's; not called otherwise
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
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
     * Handles the response that earlier appends are missing (409 with an expected sequence number).
     *
     * @param attempt the attempt
     * @param expected the number that the server expects
     * @param cause the cause with which the batch fails if the lane cannot close the gap
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
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
     * Handles the response that a newer incarnation of the producer exists (403).
     *
     * @param attempt the attempt
     * @param currentEpoch the epoch of the newer incarnation
     * @param cause the cause with which batches fail if the lane does not claim an epoch
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> fenced(Attempt<B> attempt, long currentEpoch, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        }
        succession.claimOrStop(Math.max(currentEpoch, attempt.epoch()), cause, FailureReason.FENCED);
        return proceed(now);
    }

    /**
     * Handles the response that the stream is closed (409 with {@code Stream-Closed}). The lane stops.
     *
     * @param attempt the attempt
     * @param cause the cause with which all batches fail
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> streamClosed(Attempt<B> attempt, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        }
        succession.stop(cause, FailureReason.STREAM_CLOSED);
        return proceed(now);
    }

    /**
     * Handles a response that refuses the batch permanently (400, 404 and others). This attempt is not stored.
     *
     * @param attempt the attempt
     * @param cause the cause with which the batch fails
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
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
     * Handles a response that refuses the batch for its size (413). This attempt is not stored. A later {@link
     * LaneStep.Split} replaces the batch by its parts, unless an earlier attempt proves to be stored or the batch fails
     * before.
     *
     * @param attempt the attempt
     * @param parts the parts of the batch, in order; at least two
     * @param cause the cause with which the batch fails if its deadline is before the split
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> tooLarge(Attempt<B> attempt, List<B> parts, C cause, long now) {
        LaneEntry<B, C> entry = answered(attempt, cause);
        LaneEntry<B, C> first = outstanding.first();
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else if (entry.isUncertain() && first != null && first != entry) {
            // Otherwise the earlier batches would be repeated too, under the next epoch.
            entry.awaitPredecessor(first.seq());
        } else {
            entry.split(parts);
            leaveNumber(entry);
        }
        return proceed(now);
    }

    /**
     * Handles an attempt without a definite response. The batch is sent again under its number after a delay, or fails
     * if the server asks for a delay beyond its deadline.
     *
     * @param attempt the attempt
     * @param cause the cause with which the batch fails if no later attempt succeeds
     * @param nothingStored whether it is certain that the attempt is not stored and never will be
     * @param retry the values from which the delay is computed
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> unknown(Attempt<B> attempt, C cause, boolean nothingStored, RetryHint retry, long now) {
        LaneEntry<B, C> entry = outstanding.answered(attempt);
        entry.unanswered(cause, nothingStored, now);
        if (isVouchedFor(entry)) {
            acknowledge(entry, Outcome.DUPLICATE);
        } else if (succession.stop() == null && outstanding.removeIfOverBefore(retry.after(), entry, now)) {
            giveUp(entry, FailureReason.TIMED_OUT);
        } else {
            entry.retryIn(policy.backoff().delay(entry.failures(), retry.random(), retry.after()), now);
        }
        return proceed(now);
    }

    /**
     * Handles the time of a {@link LaneStep.WakeAt}.
     *
     * @param now the time, in nanoseconds on the clock of the driver
     * @return the steps to carry out, in order
     */
    public List<LaneStep<B, C>> wake(long now) {
        return proceed(now);
    }

    /** Fails every outstanding batch, also in flight, and stops the lane for this cause. No attempt may be answered then. */
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

    private LaneEntry<B, C> answered(Attempt<B> attempt, C cause) {
        LaneEntry<B, C> entry = outstanding.answered(attempt);
        entry.failed(cause);
        return entry;
    }

    /** Returns whether a later batch is acknowledged, so that this uncertain batch must be stored. */
    private boolean isVouchedFor(LaneEntry<B, C> entry) {
        return entry.isUncertain() && entry.seq() <= numbers.lastAcknowledged();
    }

    /**
     * Returns whether the stored appends of this epoch are this lane's. A lane that claims epochs cannot know this
     * before the first acknowledgement, because another incarnation may have claimed the same epoch.
     */
    private boolean isOwnEpoch(long lastSeq) {
        boolean mayBeShared = policy.mayClaimWhen(FailureReason.FENCED) && !numbers.isConfirmed();
        return policy.acceptReplays() || lastSeq < numbers.next() && !mayBeShared;
    }

    /** Handles a stored first number of the epoch, which is of this batch or of a batch that was given up or split. */
    private void passContestedNumber(LaneEntry<B, C> entry) {
        numbers.acknowledged(entry.seq());
        if (entry.isPossiblyStored()) {
            succession.raiseEpoch();
        } else {
            succession.numberAnewFrom(entry.seq());
        }
    }

    /** Handles a stored append with the number of a batch that may be another writer's append. */
    private void taken(LaneEntry<B, C> entry, long lastSeq, C cause) {
        entry.failed(cause);
        if (lastSeq < numbers.next()) {
            if (entry.isUncertain() || numbers.isContested()) {
                succession.takenByChance();
            }
            entry.outcomeUnknown(); // The stored append may be a copy of this attempt, made by a proxy.
        }
        succession.claimOrStop(numbers.epoch(), cause, FailureReason.FENCED);
    }

    private void missing(LaneEntry<B, C> entry, long expected, C cause) {
        if (expected <= entry.acknowledgedAtSend() || expected >= entry.seq()) {
            // The missing append was acknowledged before this attempt, so no batch in flight can close the gap.
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
     * Releases the number of a batch to split. The number is free if the whole batch is certainly not stored. Otherwise
     * a new epoch begins when no batch is in flight, unless the batch proves to be stored before.
     */
    private void leaveNumber(LaneEntry<B, C> entry) {
        if (!entry.isUncertain()) {
            succession.numberAnewFrom(entry.seq());
        } else if (!numbers.isConfirmed()) {
            numbers.givenUp(entry.seq());
        }
    }

    // Settling batches.

    /**
     * Acknowledges a batch and the earlier uncertain ones not in flight, without which the server stores no later
     * number.
     */
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

    /** Fails a batch. Its number stays taken if the batch may be stored, and is free otherwise. */
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

    // Determining the next steps.

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

    /** Sends batches in order, as far as the window has room. No batch overtakes a batch that waits. */
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

    /** Schedules a wake-up for the first batch that is not in flight, because later batches wait for it. */
    private void wakeUp(long now) {
        LaneEntry<B, C> held = outstanding.firstHeld();
        if (held != null) {
            steps.add(new LaneStep.WakeAt<>(held.wakeNanos(now)));
        }
    }
}
