package io.durablestreams.client;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.exchange.HeaderText;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;

/**
 * The configuration with which a stream is created (protocol §5.1). If the stream exists, the server compares
 * everything except the body.
 *
 * @param contentType the content type of the stream, which never changes
 * @param ttl the idle time after which the stream expires, positive and in whole seconds, or null
 * @param expiresAt the instant at which the stream expires, or null. Must be null if there is a {@code ttl}
 * @param body the initial content as for {@link DurableStream#append(Object)}, such as an object, {@link RawJson},
 *     bytes or text; or null
 * @param closed whether the stream is closed on creation, so that the body is its entire content
 */
public record StreamSpec(
        String contentType,
        @Nullable Duration ttl,
        @Nullable Instant expiresAt,
        @Nullable Object body,
        boolean closed) {

    /** @throws IllegalArgumentException if a component violates the constraint given for it */
    public StreamSpec {
        HeaderText.require("contentType", contentType);
        if (ttl != null && (ttl.isNegative() || ttl.isZero() || ttl.getNano() != 0)) {
            throw new IllegalArgumentException("ttl must be a positive number of whole seconds, but is " + ttl);
        }
        if (ttl != null && expiresAt != null) {
            throw new IllegalArgumentException(
                    "A stream has either a ttl or an end, not both: ttl " + ttl + ", expiresAt " + expiresAt);
        }
    }

    /** Returns the specification of a stream of JSON messages ({@code application/json}). */
    public static StreamSpec json() {
        return of(StreamFormat.APPLICATION_JSON);
    }

    /** Returns the specification of a stream of UTF-8 text ({@code text/plain; charset=utf-8}). */
    public static StreamSpec text() {
        return of("text/plain; charset=utf-8");
    }

    /** Returns the specification of a stream of bytes ({@code application/octet-stream}). */
    public static StreamSpec binary() {
        return of(StreamFormat.APPLICATION_OCTET_STREAM);
    }

    /** Returns the specification of a stream with the content type. */
    public static StreamSpec of(String contentType) {
        return new StreamSpec(contentType, null, null, null, false);
    }

    /** Returns a specification with the idle time after which the stream expires. */
    public StreamSpec withTtl(Duration ttl) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }

    /** Returns a specification with the instant at which the stream expires. */
    public StreamSpec withExpiresAt(Instant expiresAt) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }

    /** Returns a specification with the initial content. */
    public StreamSpec withBody(Object body) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }

    /** Returns a specification of a stream that is, or is not, closed on creation. */
    public StreamSpec withClosed(boolean closed) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }
}
