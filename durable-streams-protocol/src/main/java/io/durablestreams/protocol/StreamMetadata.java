package io.durablestreams.protocol;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * What a server tells of a stream without its content (protocol §5.5).
 *
 * @param contentType the content type of the stream, as it was given at creation
 * @param nextOffset the tail: where the next append will go
 * @param closed whether the stream is closed, so that its content is final
 * @param ttl the configured idle window (not what is left of it), or null
 * @param expiresAt the configured end of the stream's life, or null
 */
public record StreamMetadata(
        String contentType,
        Offset nextOffset,
        boolean closed,
        @Nullable Duration ttl,
        @Nullable Instant expiresAt) {

    /** Returns what the content type means for the bodies of this stream. */
    public StreamFormat format() {
        return StreamFormat.of(contentType);
    }
}
