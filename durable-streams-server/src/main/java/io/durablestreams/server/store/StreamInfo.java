package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;

/**
 * The state of a stream at one moment, without its content.
 *
 * @param incarnation an identifier that no other stream ever has, including streams that are created later under the
 *     same path; URL-safe
 * @param config the configuration that the stream was created with. A fork without a lifetime of its own has that of its
 *     source.
 * @param tail the offset after the last append
 * @param closed whether the stream is closed, so that its content is final
 * @param fork the origin of the stream with its offset if it is a fork, or null
 */
public record StreamInfo(
        String incarnation,
        StreamConfig config,
        Offset tail,
        boolean closed,
        @Nullable StreamFork fork) {}
