package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.producer.LaneStep.Attempt;

/**
 * A batch that a {@link ProducerLane} has taken on and not settled.
 *
 * @param <B> what a batch is to the driver
 * @param <C> what the cause of a failure is to the driver
 */
final class LaneEntry<B, C> {

    private final B batch;
    private final long deadlineNanos;

    private List<B> parts = List.of();
    private Status status = Status.READY;
    private @Nullable Attempt<B> attempt;
    private @Nullable C cause;
    private long acknowledgedAtSend;
    private long retryNanos;
    private long missingSeq;
    private int failures;
    private boolean uncertain;
    private boolean possiblyRepeated;

    private enum Status {
        /** To be sent as soon as there is room. */
        READY,

        /** Sent, and not answered. */
        IN_FLIGHT,

        /** To be sent again at its time. */
        WAITING,

        /** To be sent again when the append that the server misses is settled. */
        BLOCKED
    }

    LaneEntry(B batch, long deadlineNanos) {
        this.batch = batch;
        this.deadlineNanos = deadlineNanos;
    }

    B batch() {
        return batch;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** The last attempt under the number that the batch has now, or null if there was none. */
    @Nullable
    Attempt<B> attempt() {
        return attempt;
    }

    /** Whether the batch has a number; the first batches of a lane have one, and those behind have none. */
    boolean isNumbered() {
        return attempt != null;
    }

    long seq() {
        if (attempt == null) {
            throw new IllegalStateException("The batch has no number");
        }
        return attempt.seq();
    }

    boolean isInFlight() {
        return status == Status.IN_FLIGHT;
    }

    boolean isDue(long now) {
        return status == Status.READY || status == Status.WAITING && retryNanos - now <= 0;
    }

    /** When the batch is to be sent again, if it waits for that, or else its deadline. */
    long wakeNanos(long now) {
        return status == Status.WAITING && retryNanos - now > 0 ? retryNanos : deadlineNanos;
    }

    /** Whether an attempt under the present number may be stored, or may still arrive. */
    boolean isUncertain() {
        return uncertain;
    }

    /** Whether an attempt under an earlier number may be stored. */
    boolean isPossiblyRepeated() {
        return possiblyRepeated;
    }

    /** Whether any attempt may be stored, or may still arrive. */
    boolean isPossiblyStored() {
        return uncertain || possiblyRepeated;
    }

    /** What the last attempt had been told to be stored when it was sent. */
    long acknowledgedAtSend() {
        return acknowledgedAtSend;
    }

    /** How many attempts had no definite answer. */
    int failures() {
        return failures;
    }

    @Nullable
    C cause() {
        return cause;
    }

    Attempt<B> send(long epoch, long seq, long lastAcknowledged) {
        Attempt<B> next = new Attempt<>(batch, epoch, seq, deadlineNanos, uncertain);
        attempt = next;
        acknowledgedAtSend = lastAcknowledged;
        status = Status.IN_FLIGHT;
        return next;
    }

    /** Goes on with a batch that may be stored: by this attempt, under a number that it keeps, or else by another one. */
    void resume(@Nullable Attempt<B> last) {
        attempt = last;
        uncertain = last != null;
        possiblyRepeated = last == null;
    }

    void answered() {
        status = Status.READY;
    }

    void failed(C lastCause) {
        cause = lastCause;
    }

    /** Notes a failure without an answer; one that only the deadline made says less than what came before it. */
    void unanswered(C lastCause, long now) {
        if (cause == null || now - deadlineNanos < 0) {
            cause = lastCause;
        }
    }

    void outcomeUnknown() {
        uncertain = true;
    }

    /** Waits for the next attempt, but not beyond the deadline. */
    void retryIn(Duration delay, long now) {
        failures++;
        Duration left = Duration.ofNanos(deadlineNanos - now);
        retryNanos = delay.compareTo(left) < 0 ? now + delay.toNanos() : deadlineNanos;
        status = Status.WAITING;
    }

    void awaitPredecessor(long seq) {
        missingSeq = seq;
        status = Status.BLOCKED;
    }

    void settled(long seq) {
        if (status == Status.BLOCKED && missingSeq <= seq) {
            status = Status.READY;
        }
    }

    /** Refused as too large: to be sent in parts as soon as it has lost its number. */
    void split(List<B> smaller) {
        parts = smaller;
    }

    boolean isSplit() {
        return !parts.isEmpty();
    }

    List<B> parts() {
        return parts;
    }

    /** The entries that take the place of this one: itself, or its parts. */
    List<LaneEntry<B, C>> pieces() {
        return isSplit() ? parts.stream().map(this::piece).toList() : List.of(this);
    }

    private LaneEntry<B, C> piece(B part) {
        LaneEntry<B, C> piece = new LaneEntry<>(part, deadlineNanos);
        piece.cause = cause;
        piece.possiblyRepeated = possiblyRepeated;
        return piece;
    }

    /** Takes the number away; {@code mayBeStored} tells whether the uncertainty about its attempts stays. */
    void unnumber(boolean mayBeStored) {
        attempt = null;
        possiblyRepeated |= uncertain && mayBeStored;
        uncertain = false;
        if (status == Status.BLOCKED) {
            status = Status.READY;
        }
    }
}
