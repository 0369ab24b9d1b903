package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;

/**
 * The fact that a stream is closed, and by whom: only the producer append that closed it may be repeated.
 *
 * @param closedBy the number of the append that closed the stream, or null when no producer did
 */
public record StreamClosure(@Nullable ProducerSequence closedBy) {

    /** Closed by a request without producer headers, or at creation. */
    public static final StreamClosure PLAIN = new StreamClosure(null);
}
