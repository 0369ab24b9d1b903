package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;

/**
 * What a server has to do with an append that carries a producer's number (protocol §5.2.1).
 *
 * <p>{@link #decide} is the whole rule, and every store uses it. It looks at numbers only, never at content. A server
 * must take the verdict and act on it as one step with respect to other appends of the same producer, because
 * pipelined requests overtake each other.
 */
public sealed interface ProducerVerdict {

    /** The append is the next one: store it together with this state. Later checks may still refuse it. */
    record Accepted(ProducerState newState) implements ProducerVerdict {}

    /** The append was stored before; the state tells how far the producer has come. */
    record Duplicate(ProducerState state) implements ProducerVerdict {}

    /** A newer incarnation of the producer exists, and this one is fenced. */
    record StaleEpoch(long currentEpoch) implements ProducerVerdict {}

    /** Appends before this one are missing. */
    record Gap(long expectedSeq, long receivedSeq) implements ProducerVerdict {}

    /** A new epoch has to start at sequence number 0, and this one does not. */
    record InvalidEpochStart(long epoch, long receivedSeq) implements ProducerVerdict {}

    /** The stream is closed, and it was this very append that closed it. */
    record RepeatedClose(ProducerSequence closedBy) implements ProducerVerdict {}

    /** The stream is closed, and nothing can be appended to it. */
    record StreamClosed() implements ProducerVerdict {}

    /**
     * Decides about one append.
     *
     * @param stored what is known of the producer on this stream, or null when nothing is
     * @param closure how the stream was closed, or null while it is open
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
