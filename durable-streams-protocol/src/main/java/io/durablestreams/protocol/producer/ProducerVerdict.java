package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;

/**
 * The decision of a server about an append with a producer's number (protocol §5.2.1).
 *
 * <p>{@link #decide} is the complete rule, which every store uses. It compares numbers only, not content. A server must
 * decide and carry out the decision atomically with respect to other appends of the same producer, because pipelined
 * requests can overtake each other.
 */
public sealed interface ProducerVerdict {

    /**
     * The append is the next one. Store it together with the new state, unless a later check refuses it.
     *
     * @param newState the state of the producer after the append
     */
    record Accepted(ProducerState newState) implements ProducerVerdict {}

    /**
     * The append is already stored.
     *
     * @param state the state of the producer, with the number of its last append
     */
    record Duplicate(ProducerState state) implements ProducerVerdict {}

    /**
     * The append is fenced, because a newer incarnation of the producer exists.
     *
     * @param currentEpoch the epoch of the newer incarnation
     */
    record StaleEpoch(long currentEpoch) implements ProducerVerdict {}

    /**
     * Earlier appends of the producer are missing.
     *
     * @param expectedSeq the number of the first missing append
     * @param receivedSeq the number of this append
     */
    record Gap(long expectedSeq, long receivedSeq) implements ProducerVerdict {}

    /**
     * A new epoch does not start at sequence number 0.
     *
     * @param epoch the new epoch
     * @param receivedSeq the number of this append
     */
    record InvalidEpochStart(long epoch, long receivedSeq) implements ProducerVerdict {}

    /**
     * This append has already closed the stream.
     *
     * @param closedBy the number of the append
     */
    record RepeatedClose(ProducerSequence closedBy) implements ProducerVerdict {}

    /** The stream is closed and accepts no appends. */
    record StreamClosed() implements ProducerVerdict {}

    /**
     * Decides about one append.
     *
     * @param stored the stored state of the producer on this stream, or null if there is none
     * @param closure the closing of the stream, or null if the stream is open
     * @param request the number of the append
     */
    static ProducerVerdict decide(
            @Nullable ProducerState stored, @Nullable StreamClosure closure, ProducerSequence request) {
        if (closure != null) {
            return request.equals(closure.closedBy()) ? new RepeatedClose(request) : new StreamClosed();
        }
        if (stored == null) {
            return request.seq() == 0 ? accept(request) : new Gap(0, request.seq());
        }
        if (request.epoch() < stored.epoch()) {
            return new StaleEpoch(stored.epoch());
        }
        if (request.epoch() > stored.epoch()) {
            return request.seq() == 0 ? accept(request) : new InvalidEpochStart(request.epoch(), request.seq());
        }
        if (request.seq() <= stored.lastSeq()) {
            return new Duplicate(stored);
        }
        long expected = stored.lastSeq() + 1;
        return request.seq() == expected ? accept(request) : new Gap(expected, request.seq());
    }

    private static ProducerVerdict accept(ProducerSequence request) {
        return new Accepted(ProducerState.after(request));
    }
}
