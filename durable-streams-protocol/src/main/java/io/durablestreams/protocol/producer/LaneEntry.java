package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.producer.LaneStep.Attempt;

/**
 * A batch that a {@link ProducerLane} has accepted and not yet settled.
 *
 * @param <B> the driver's type of batches
 * @param <C> the driver's type of failure causes
 */
final class LaneEntry<B, C> {

    private final B batch;
    private final long deadlineNanos;
    private final long leastAnswerNanos;

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
        /** Is sent as soon as the window has room. */
        READY,

        /** Is sent and has no response. */
        IN_FLIGHT,

        /** Is sent again at its retry time. */
        WAITING,

        /** Is sent again when the append that the server is missing has settled. */
        BLOCKED
    }

    LaneEntry(B batch, long deadlineNanos, long leastAnswerNanos) {
        this.batch = batch;
        this.deadlineNanos = deadlineNanos;
        this.leastAnswerNanos = leastAnswerNanos;
    }

    B batch() {
        return batch;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Returns the last attempt under the current number of the batch, or null if there was none. */
    @Nullable
    Attempt<B> attempt() {
        return attempt;
    }

    /** Returns whether the batch has a number. All batches of a lane with a number precede all batches without one. */
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

    /**
     * Returns whether the batch can be sent now, as far as the batch itself is concerned. If its deadline is too near
     * for an answer, it waits for its deadline instead.
     */
    boolean isDue(long now) {
        boolean ready = status == Status.READY || status == Status.WAITING && retryNanos - now <= 0;
        return ready && deadlineNanos - now > leastAnswerNanos;
    }

    /** Returns the retry time of the batch if it waits for a retry, otherwise its deadline. */
    long wakeNanos(long now) {
        return status == Status.WAITING && retryNanos - now > 0 ? retryNanos : deadlineNanos;
    }

    /** Returns whether an attempt under the current number may be stored, or may still arrive at the server. */
    boolean isUncertain() {
        return uncertain;
    }

    /** Returns whether an attempt under an earlier number may be stored. */
    boolean isPossiblyRepeated() {
        return possiblyRepeated;
    }

    /** Returns whether any attempt may be stored, or may still arrive at the server. */
    boolean isPossiblyStored() {
        return uncertain || possiblyRepeated;
    }

    /** Returns the highest number that was acknowledged when the last attempt was sent. */
    long acknowledgedAtSend() {
        return acknowledgedAtSend;
    }

    /** Returns the number of attempts without a definite response. */
    int failures() {
        return failures;
    }

    @Nullable
    C cause() {
        return cause;
    }

    /** Marks the batch as in flight under this number, and returns the attempt. */
    Attempt<B> send(long epoch, long seq, long lastAcknowledged) {
        Attempt<B> next = new Attempt<>(batch, epoch, seq, deadlineNanos, uncertain);
        attempt = next;
        acknowledgedAtSend = lastAcknowledged;
        status = Status.IN_FLIGHT;
        return next;
    }

    /**
     * Restores the state of a batch that may be stored.
     *
     * @param last the attempt that may be stored, if the batch keeps its number; null if the batch gets a new number
     */
    void resume(@Nullable Attempt<B> last) {
        attempt = last;
        uncertain = last != null;
        possiblyRepeated = last == null;
    }

    /** Marks the batch as not in flight, and ready to be sent unless a later event changes that. */
    void answered() {
        status = Status.READY;
    }

    /** Records the cause of a definite response other than success. */
    void failed(C lastCause) {
        cause = lastCause;
    }

    /** Records a failure without a response. After the deadline an earlier cause is kept, because it explains more. */
    void unanswered(C lastCause, boolean nothingStored, long now) {
        uncertain |= !nothingStored;
        if (cause == null || now - deadlineNanos < 0) {
            cause = lastCause;
        }
    }

    /** Records that an attempt under the current number may be stored. */
    void outcomeUnknown() {
        uncertain = true;
    }

    /** Returns whether the deadline is before the end of the delay that the server asks for. */
    boolean isOverBefore(@Nullable Duration asked, long now) {
        return asked != null && asked.compareTo(Duration.ofNanos(deadlineNanos - now)) > 0;
    }

    /** Schedules the next attempt after a delay, at the deadline at the latest. */
    void retryIn(Duration delay, long now) {
        failures++;
        Duration left = Duration.ofNanos(deadlineNanos - now);
        retryNanos = delay.compareTo(left) < 0 ? now + delay.toNanos() : deadlineNanos;
        status = Status.WAITING;
    }

    /** Holds the batch until the append with this number is settled. */
    void awaitPredecessor(long seq) {
        missingSeq = seq;
        status = Status.BLOCKED;
    }

    /** Releases the batch if it waits for the append with this number or a lower one. */
    void settled(long seq) {
        if (status == Status.BLOCKED && missingSeq <= seq) {
            status = Status.READY;
        }
    }

    /** Marks the batch as refused for its size. Its parts replace it when it loses its number. */
    void split(List<B> smaller) {
        parts = smaller;
    }

    boolean isSplit() {
        return !parts.isEmpty();
    }

    List<B> parts() {
        return parts;
    }

    /** Returns the entries that replace this one: the entry itself, or the entries of its parts. */
    List<LaneEntry<B, C>> pieces() {
        return isSplit() ? parts.stream().map(this::piece).toList() : List.of(this);
    }

    private LaneEntry<B, C> piece(B part) {
        LaneEntry<B, C> piece = new LaneEntry<>(part, deadlineNanos, leastAnswerNanos);
        piece.cause = cause;
        piece.possiblyRepeated = possiblyRepeated;
        return piece;
    }

    /**
     * Removes the number of the batch.
     *
     * @param mayBeStored whether an attempt with an unknown outcome may be stored under that number
     */
    void unnumber(boolean mayBeStored) {
        attempt = null;
        possiblyRepeated |= uncertain && mayBeStored;
        uncertain = false;
        if (status == Status.BLOCKED) {
            status = Status.READY;
        }
    }
}
