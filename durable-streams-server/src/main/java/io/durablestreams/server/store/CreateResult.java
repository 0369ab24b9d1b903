package io.durablestreams.server.store;

/**
 * The outcome of a request to create a stream.
 *
 * @param created whether the request created the stream; if false, the stream existed before, and is unchanged
 * @param stream the state of the stream after the request
 */
public record CreateResult(boolean created, StreamInfo stream) {}
