package io.durablestreams.client;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.exchange.HeaderText;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;

/**
 * What a stream is created with (protocol §5.1). All but the body is compared when the stream exists already.
 *
 * @param contentType content type of the stream, for all its life
 * @param ttl idle window after which the stream expires, in whole seconds and positive, or null
 * @param expiresAt instant at which the stream expires, or null; not together with {@code ttl}
 * @param body first content: an object, {@link RawJson}, bytes or text as for an append; or null
 * @param closed whether the body is all the content that there will ever be
 */
public record StreamSpec(
        String contentType,
        @Nullable Duration ttl,
        @Nullable Instant expiresAt,
        @Nullable Object body,
        boolean closed) {

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

    /** Returns the specification of a stream of JSON messages. */
    public static StreamSpec json() {
        return of(StreamFormat.APPLICATION_JSON);
    }

    /** Returns the specification of a stream of UTF-8 text. */
    public static StreamSpec text() {
        return of("text/plain; charset=utf-8");
    }

    /** Returns the specification of a stream of bytes. */
    public static StreamSpec binary() {
        return of(StreamFormat.APPLICATION_OCTET_STREAM);
    }

    /** Returns the specification of a stream with this content type. */
    public static StreamSpec of(String contentType) {
        return new StreamSpec(contentType, null, null, null, false);
    }

    public StreamSpec withTtl(Duration ttl) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }

    public StreamSpec withExpiresAt(Instant expiresAt) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }

    public StreamSpec withBody(Object body) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }

    public StreamSpec withClosed(boolean closed) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed);
    }
}
