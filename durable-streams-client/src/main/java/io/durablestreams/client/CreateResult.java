package io.durablestreams.client;

import io.durablestreams.protocol.StreamMetadata;

/**
 * The outcome of {@link DurableStream#create}.
 *
 * @param created whether this request created the stream. False if the stream existed with the same configuration
 * @param metadata the metadata of the stream after the request
 */
public record CreateResult(boolean created, StreamMetadata metadata) {}
