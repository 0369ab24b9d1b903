package io.durablestreams.client;

import io.durablestreams.protocol.StreamMetadata;

/**
 * The outcome of {@link DurableStream#create}.
 *
 * @param created whether this request created the stream, rather than finding it with the same configuration
 * @param metadata the stream as it is now
 */
public record CreateResult(boolean created, StreamMetadata metadata) {}
