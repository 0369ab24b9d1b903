package io.durablestreams.protocol;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The metadata of a stream, as returned by {@code HEAD} (protocol §5.5).
 *
 * @param contentType the content type given when the stream was created
 * @param nextOffset the tail, at which the next append is stored
 * @param closed whether the stream is closed, so that its content is final
 * @param ttl the configured idle time after which the stream expires, not the remaining time; null if none is
 *     configured
 * @param expiresAt the configured time at which the stream expires, or null if none is configured
 */
public record StreamMetadata(
        String contentType,
        Offset nextOffset,
        boolean closed,
        @Nullable Duration ttl,
        @Nullable Instant expiresAt) {

    /** Returns the form of this stream's bodies, derived from the content type. */
    public StreamFormat format() {
        return StreamFormat.of(contentType);
    }
}
