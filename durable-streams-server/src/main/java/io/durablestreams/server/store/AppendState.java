package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.StreamClosure;

/**
 * What a store knows of a stream that bears on one append.
 *
 * @param contentType the content type of the stream
 * @param closure how the stream was closed, or null while it is open
 * @param lastSeq the last {@code Stream-Seq} of the stream, or null when there was none
 * @param producer the state of the append's producer on the stream, or null when the append has no producer or the
 *     producer is not known
 */
public record AppendState(
        String contentType,
        @Nullable StreamClosure closure,
        @Nullable String lastSeq,
        @Nullable ProducerState producer) {}
