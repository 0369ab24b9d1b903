package io.durablestreams.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.StreamFormat;

/**
 * The configuration that a stream is created with and keeps permanently (protocol §5.1).
 *
 * @param contentType the content type, verbatim
 * @param ttl the idle time after which the stream expires, or null. Reads and writes restart this time.
 * @param expiresAt the instant at which the stream expires, used or not; or null
 */
public record StreamConfig(
        String contentType,
        @Nullable Duration ttl,
        @Nullable Instant expiresAt) {

    /** @throws IllegalArgumentException if both {@code ttl} and {@code expiresAt} are given, or the ttl is negative */
    public StreamConfig {
        if (ttl != null && expiresAt != null) {
            throw new IllegalArgumentException(
                    "A stream has either a TTL (" + ttl + ") or an expiry (" + expiresAt + "), not both");
        }
        if (ttl != null && ttl.isNegative()) {
            throw new IllegalArgumentException("ttl must not be negative, but is " + ttl);
        }
    }

    /** Returns the configuration of a stream that never expires. */
    public static StreamConfig of(String contentType) {
        return new StreamConfig(contentType, null, null);
    }

    /** Returns the format of the stream's bodies, which follows from the content type. */
    public StreamFormat format() {
        return StreamFormat.of(contentType);
    }

    /**
     * Returns whether a request to create a stream with the other configuration confirms this stream. Content types are
     * compared without parameters, and in any letter case.
     */
    public boolean matches(StreamConfig other) {
        return StreamFormat.sameMediaType(contentType, other.contentType)
                && Objects.equals(ttl, other.ttl)
                && Objects.equals(expiresAt, other.expiresAt);
    }

    /** Returns a copy with another content type. */
    public StreamConfig withContentType(String contentType) {
        return new StreamConfig(contentType, ttl, expiresAt);
    }

    /** Returns a copy with the idle time and the expiry of another configuration. */
    public StreamConfig withLifetimeOf(StreamConfig other) {
        return new StreamConfig(contentType, other.ttl, other.expiresAt);
    }

    /** Returns a copy with another idle time. */
    public StreamConfig withTtl(Duration ttl) {
        return new StreamConfig(contentType, ttl, expiresAt);
    }

    /** Returns a copy with another instant of expiry. */
    public StreamConfig withExpiresAt(Instant expiresAt) {
        return new StreamConfig(contentType, ttl, expiresAt);
    }
}
