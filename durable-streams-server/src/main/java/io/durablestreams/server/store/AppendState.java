package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.StreamClosure;

/**
 * The state of a stream on which the decision about one append depends.
 *
 * @param contentType the content type of the stream
 * @param closure how the stream was closed, or null if it is open
 * @param lastSeq the last {@code Stream-Seq} of the stream, or null if no append had one
 * @param producer the state of the append's producer on the stream, or null if the append has no producer or the store
 *     does not know it
 */
public record AppendState(
        String contentType,
        @Nullable StreamClosure closure,
        @Nullable String lastSeq,
        @Nullable ProducerState producer) {}
