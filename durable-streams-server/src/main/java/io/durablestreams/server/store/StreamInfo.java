package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/**
 * What there is to know of a stream at one moment, without its content.
 *
 * @param incarnation an identifier that no other stream ever has, not even one that is created later under the same
 *     path; URL-safe
 * @param config what the stream was created with
 * @param tail where the next append will go
 * @param closed whether the content is final
 */
public record StreamInfo(String incarnation, StreamConfig config, Offset tail, boolean closed) {}
