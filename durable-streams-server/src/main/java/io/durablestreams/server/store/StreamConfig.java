package io.durablestreams.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.StreamFormat;

/**
 * What a stream was created with and keeps for its life (protocol §5.1).
 *
 * @param contentType the content type, verbatim
 * @param ttl the idle window: the stream expires when it was neither written nor read for so long; or null
 * @param expiresAt the instant at which the stream expires, whatever happens; or null
 */
public record StreamConfig(
        String contentType,
        @Nullable Duration ttl,
        @Nullable Instant expiresAt) {

    public StreamConfig {
        if (ttl != null && expiresAt != null) {
            throw new IllegalArgumentException(
                    "A stream has either a TTL (" + ttl + ") or an expiry (" + expiresAt + "), not both");
        }
        if (ttl != null && ttl.isNegative()) {
            throw new IllegalArgumentException("ttl must not be negative, but is " + ttl);
        }
    }

    /** Returns a configuration of a stream that never expires. */
    public static StreamConfig of(String contentType) {
        return new StreamConfig(contentType, null, null);
    }

    /** Returns what the content type means for the bodies of the stream. */
    public StreamFormat format() {
        return StreamFormat.of(contentType);
    }

    /**
     * Whether a request to create a stream with the other configuration asks for what is there already. Content types
     * are compared without letter case and parameters.
     */
    public boolean matches(StreamConfig other) {
        return StreamFormat.sameMediaType(contentType, other.contentType)
                && Objects.equals(ttl, other.ttl)
                && Objects.equals(expiresAt, other.expiresAt);
    }

    public StreamConfig withTtl(Duration ttl) {
        return new StreamConfig(contentType, ttl, expiresAt);
    }

    public StreamConfig withExpiresAt(Instant expiresAt) {
        return new StreamConfig(contentType, ttl, expiresAt);
    }
}
