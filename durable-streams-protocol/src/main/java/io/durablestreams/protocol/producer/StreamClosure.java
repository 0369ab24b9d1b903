package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;

/**
 * The closing of a stream. The producer append that closed the stream may be repeated; all other appends are refused.
 *
 * @param closedBy the number of the append that closed the stream, or null if it was not a producer append
 */
public record StreamClosure(@Nullable ProducerSequence closedBy) {

    /** The closing by a request without producer headers, or at creation. */
    public static final StreamClosure PLAIN = new StreamClosure(null);
}
