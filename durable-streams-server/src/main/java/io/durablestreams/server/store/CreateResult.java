package io.durablestreams.server.store;

/**
 * What came of a request to create a stream.
 *
 * @param created true when the stream is new, false when there was one already, which is unchanged
 * @param stream the stream that is there now
 */
public record CreateResult(boolean created, StreamInfo stream) {}
