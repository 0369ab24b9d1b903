package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;

/**
 * The states of an idempotent producer: which batch goes out under which number, and what every answer means
 * (protocol §5.2.1).
 *
 * <p>A batch gets its number at its first attempt and keeps it through all retries. Recovery from what breaks the row of
 * numbers waits until nothing is in flight, and then numbers what is left anew, in the original order: in the same
 * epoch if it is certain that none of it is stored, otherwise in a new one, which fences off what may still be under
 * way. While an epoch is unconfirmed, one batch is in flight.
 *
 * <p>What happened goes in by the methods, with the time; what to do comes out as steps, in order. Not thread-safe, and
 * no clock, no randomness and no I/O of its own.
 *
 * @param <B> what a batch is to the driver
 * @param <C> what the cause of a failure is to the driver
 */
public final class ProducerLane<B, C> {

    private final LanePolicy policy;
    private final Deque<Entry> outstanding = new ArrayDeque<>();
    private final List<LaneStep<B, C>> steps = new ArrayList<>();

    private long epoch;
    private long nextSeq;
    private long lastAcknowledged = -1;
    private boolean confirmed;
    private int inFlight;
    private int claims;
    private @Nullable Recovery recovery;
    private @Nullable Stop<C> stop;

    /** Creates a lane that has sent nothing yet. */
    public ProducerLane(LanePolicy policy) {
        this.policy = policy;
        this.epoch = policy.epoch();
    }

    /**
     * A new numbering that waits until nothing is in flight.
     *
     * @param epoch the epoch to go on under, the present one or a later one
     * @param nextSeq the number to go on with, if the epoch stays
     */
    private record Recovery(long epoch, long nextSeq) {}

    /** Why the lane takes no more batches. */
    private record Stop<C>(C cause, FailureReason reason) {}

    private enum Status {
        /** To be sent as soon as there is room. */
        READY,

        /** Sent, and not answered. */
        IN_FLIGHT,

        /** To be sent again at its time. */
        WAITING,

        /** To be sent again when a predecessor is stored. */
        BLOCKED
    }

    /** A batch that is not settled. */
    private final class Entry {

        private final B batch;
        private final long deadlineNanos;

        private Status status = Status.READY;
        private @Nullable Attempt<B> attempt;
        private long acknowledgedAtSend;
        private int failures;
        private long wakeNanos;
        private boolean uncertain;
        private boolean possiblyRepeated;
        private @Nullable C lastCause;

        Entry(B batch, long deadlineNanos) {
            this.batch = batch;
            this.deadlineNanos = deadlineNanos;
        }

        boolean isInFlight() {
            return status == Status.IN_FLIGHT;
        }
    }

    /** The epoch that the next batch goes out under. */
    public long epoch() {
        return epoch;
    }

    /** Batches under way. */
    public int inFlight() {
        return inFlight;
    }

    /** Whether a batch that is offered now goes out, or fails, at once. */
    public boolean hasRoom() {
        return stop != null || recovery == null && inFlight == outstanding.size() && inFlight < window();
    }

    /** Whether nothing is outstanding. */
    public boolean isIdle() {
        return outstanding.isEmpty();
    }

    private int window() {
        return confirmed ? policy.maxInFlight() : 1;
    }

    /**
     * Takes on a batch.
     *
     * @param batch the batch
     * @param acceptedNanos when its oldest message was accepted, from which the delivery timeout counts
     * @param now the time
     */
    public List<LaneStep<B, C>> offer(B batch, long acceptedNanos, long now) {
        outstanding.add(
                new Entry(batch, acceptedNanos + policy.deliveryTimeout().toNanos()));
        return proceed(now);
    }

    /** The server has stored the batch with this attempt (200). */
    public List<LaneStep<B, C>> stored(Attempt<B> attempt, long now) {
        acknowledge(answered(attempt), attempt, Outcome.STORED);
        return proceed(now);
    }

    /**
     * The server has stored the batch before this attempt (204).
     *
     * @param attempt the attempt
     * @param cause the failure, if nobody but another producer can have sent it
     * @param now the time
     */
    public List<LaneStep<B, C>> duplicate(Attempt<B> attempt, C cause, long now) {
        Entry entry = answered(attempt);
        entry.lastCause = cause;
        if (entry.uncertain || policy.acceptReplays()) {
            acknowledge(entry, attempt, Outcome.DUPLICATE);
        } else {
            // Somebody else owns the number: these bytes are not stored.
            claimOrStop(attempt.epoch() + 1, cause, FailureReason.FENCED);
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
        Entry entry = answered(attempt);
        entry.lastCause = cause;
        if (isCurrent(attempt)) {
            if (expected <= entry.acknowledgedAtSend || expected >= attempt.seq()) {
                // What it misses was acknowledged before this attempt was made: nothing under way can fill the gap.
                claimOrStop(attempt.epoch() + 1, cause, FailureReason.STATE_LOST);
            } else if (entry != outstanding.peekFirst()) {
                entry.status = Status.BLOCKED;
            }
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
        Entry entry = answered(attempt);
        entry.lastCause = cause;
        claimOrStop(Math.max(currentEpoch, attempt.epoch()) + 1, cause, FailureReason.FENCED);
        return proceed(now);
    }

    /** The stream is closed, and nothing will ever be stored again (409 with {@code Stream-Closed}). */
    public List<LaneStep<B, C>> streamClosed(Attempt<B> attempt, C cause, long now) {
        answered(attempt);
        stop(cause, FailureReason.STREAM_CLOSED);
        return proceed(now);
    }

    /** The server has refused the batch for good; its number is free again (400, 404, 413 and others). */
    public List<LaneStep<B, C>> rejected(Attempt<B> attempt, C cause, long now) {
        Entry entry = answered(attempt);
        fail(entry, cause, FailureReason.REJECTED);
        freeNumber(entry, attempt);
        return proceed(now);
    }

    /**
     * There was no definite answer.
     *
     * @param attempt the attempt
     * @param cause what happened
     * @param nothingStored whether it is certain that the server did not act on the attempt
     * @param retry the least wait before the next attempt, or null, and a random number from 0 to below 1
     * @param now the time
     */
    public List<LaneStep<B, C>> unknown(Attempt<B> attempt, C cause, boolean nothingStored, Retry retry, long now) {
        Entry entry = answered(attempt);
        entry.lastCause = cause;
        entry.uncertain |= !nothingStored;
        entry.status = Status.WAITING;
        Duration delay = policy.backoff().delay(entry.failures, retry.random(), retry.after());
        entry.failures++;
        entry.wakeNanos = Math.min(now + delay.toNanos(), entry.deadlineNanos);
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

    private Entry answered(Attempt<B> attempt) {
        for (Entry entry : outstanding) {
            if (entry.attempt == attempt && entry.isInFlight()) {
                entry.status = Status.READY;
                inFlight--;
                return entry;
            }
        }
        throw new IllegalStateException("No such attempt is under way: " + attempt.epoch() + "/" + attempt.seq());
    }

    /** Whether an attempt was made under the numbers that are valid now, rather than before a recovery. */
    private boolean isCurrent(Attempt<B> attempt) {
        return recovery == null && attempt.epoch() == epoch;
    }

    private void acknowledge(Entry entry, Attempt<B> attempt, Outcome outcome) {
        outstanding.remove(entry);
        confirmed = true;
        claims = 0;
        lastAcknowledged = Math.max(lastAcknowledged, attempt.seq());
        steps.add(new LaneStep.Acknowledge<>(attempt, entry.possiblyRepeated ? Outcome.POSSIBLY_REPEATED : outcome));
        for (Entry other : outstanding) {
            if (other.attempt == null) {
                break;
            }
            if (other.status == Status.BLOCKED) {
                other.status = Status.READY;
            }
        }
    }

    private void fail(Entry entry, @Nullable C cause, FailureReason reason) {
        outstanding.remove(entry);
        steps.add(new LaneStep.Fail<>(entry.batch, cause, reason));
    }

    private void stop(C cause, FailureReason reason) {
        if (stop == null) {
            stop = new Stop<>(cause, reason);
        }
    }

    private void claimOrStop(long newEpoch, C cause, FailureReason reason) {
        if (newEpoch <= epoch || recovery != null && recovery.epoch() >= newEpoch) {
            return; // The answer to an attempt from before a claim.
        }
        if (!policy.autoClaim() || ++claims > LanePolicy.MAX_CLAIMS) {
            stop(cause, reason);
        } else {
            recovery = new Recovery(newEpoch, 0);
        }
    }

    /** A batch has failed: the numbers behind its own are not valid any more, nor is its own if it may be stored. */
    private void freeNumber(Entry entry, Attempt<B> attempt) {
        if (attempt.epoch() < epoch) {
            return;
        }
        long seq = recovery == null ? attempt.seq() : Math.min(recovery.nextSeq(), attempt.seq());
        long least = entry.uncertain ? epoch + 1 : epoch;
        recovery = new Recovery(recovery == null ? least : Math.max(least, recovery.epoch()), seq);
    }

    private List<LaneStep<B, C>> proceed(long now) {
        expire(now);
        if (stop != null) {
            failAllButInFlight(stop);
        } else {
            if (recovery != null && inFlight == 0) {
                recover(recovery);
            }
            if (recovery == null) {
                sendReady(now);
            }
        }
        wakeUp();
        List<LaneStep<B, C>> result = List.copyOf(steps);
        steps.clear();
        return result;
    }

    /** Deadlines are in the order of acceptance, so only the first batches can be over theirs. */
    private void expire(long now) {
        List<Entry> expired = new ArrayList<>(0);
        for (Entry entry : outstanding) {
            if (entry.deadlineNanos - now > 0) {
                break;
            }
            if (!entry.isInFlight()) {
                expired.add(entry);
            }
        }
        for (Entry entry : expired) {
            fail(entry, entry.lastCause, FailureReason.TIMED_OUT);
            if (entry.attempt != null) {
                freeNumber(entry, entry.attempt);
            }
        }
    }

    private void failAllButInFlight(Stop<C> reason) {
        for (Entry entry : List.copyOf(outstanding)) {
            if (!entry.isInFlight()) {
                fail(entry, reason.cause(), reason.reason());
            }
        }
    }

    private void recover(Recovery target) {
        boolean uncertain = outstanding.stream().anyMatch(entry -> entry.uncertain);
        if (target.epoch() > epoch || uncertain) {
            epoch = Math.max(target.epoch(), epoch + 1);
            nextSeq = 0;
            lastAcknowledged = -1;
            confirmed = false;
        } else {
            nextSeq = target.nextSeq();
        }
        for (Entry entry : outstanding) {
            entry.attempt = null;
            entry.possiblyRepeated |= entry.uncertain;
            entry.uncertain = false;
            if (entry.status == Status.BLOCKED) {
                entry.status = Status.READY;
            }
        }
        recovery = null;
    }

    /** Sends in order, as far as there is room; nothing passes a batch that has to wait. */
    private void sendReady(long now) {
        for (Entry entry : outstanding) {
            if (entry.isInFlight()) {
                continue;
            }
            boolean due = entry.status == Status.READY
                    || entry.status == Status.WAITING && entry.wakeNanos - now <= 0
                    || entry.status == Status.BLOCKED && entry == outstanding.peekFirst();
            if (!due || inFlight >= window()) {
                return;
            }
            send(entry);
        }
    }

    private void send(Entry entry) {
        Attempt<B> before = entry.attempt;
        long seq = before == null ? nextSeq++ : before.seq();
        Attempt<B> attempt = new Attempt<>(entry.batch, epoch, seq, entry.deadlineNanos);
        entry.attempt = attempt;
        entry.acknowledgedAtSend = lastAcknowledged;
        entry.status = Status.IN_FLIGHT;
        inFlight++;
        steps.add(new LaneStep.Send<>(attempt));
    }

    /** Asks to be woken for the next retry or deadline; what is in flight is answered or times out by itself. */
    private void wakeUp() {
        long earliest = Long.MAX_VALUE;
        for (Entry entry : outstanding) {
            if (entry.isInFlight()) {
                continue;
            }
            earliest = Math.min(earliest, entry.deadlineNanos);
            if (entry.status == Status.WAITING) {
                earliest = Math.min(earliest, entry.wakeNanos);
            }
            if (entry.attempt == null) {
                break;
            }
        }
        if (earliest != Long.MAX_VALUE) {
            steps.add(new LaneStep.WakeAt<>(earliest));
        }
    }
}
