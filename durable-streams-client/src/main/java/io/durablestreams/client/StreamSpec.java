package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.exchange.HeaderText;
import io.durablestreams.protocol.Offset;
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
 * @param closed whether the stream is closed on creation, so that the body is its entire content, after that of a fork
 * @param fork the content of another stream with which the stream begins, or null
 */
public record StreamSpec(
        String contentType,
        @Nullable Duration ttl,
        @Nullable Instant expiresAt,
        @Nullable Object body,
        boolean closed,
        @Nullable Fork fork) {

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
        return new StreamSpec(contentType, null, null, null, false, null);
    }

    /** Returns a specification with the idle time after which the stream expires. */
    public StreamSpec withTtl(Duration ttl) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed, fork);
    }

    /** Returns a specification with the instant at which the stream expires. */
    public StreamSpec withExpiresAt(Instant expiresAt) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed, fork);
    }

    /** Returns a specification with the initial content. */
    public StreamSpec withBody(Object body) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed, fork);
    }

    /**
     * Returns a specification of a stream that begins with all present content of another stream. See {@link Fork}.
     *
     * @param source the other stream, on the same server
     */
    public StreamSpec withFork(DurableStream source) {
        return withFork(Fork.of(source));
    }

    /** Returns a specification of a stream that begins with content of another stream. */
    public StreamSpec withFork(Fork fork) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed, fork);
    }

    /** Returns a specification of a stream that is, or is not, closed on creation. */
    public StreamSpec withClosed(boolean closed) {
        return new StreamSpec(contentType, ttl, expiresAt, body, closed, fork);
    }

    /**
     * The content of another stream with which a stream begins (protocol §4.2). Both streams live their own lives
     * afterwards: appends to one of them do not reach the other. The offsets of the inherited content are those of the
     * source. The source may be deleted later, and the fork keeps the content.
     *
     * <ul>
     *   <li>The content type must be that of the source.
     *   <li>Without {@code ttl} and {@code expiresAt}, the fork has those of its source. Some servers confirm a repeated
     *       creation only if it contains them. {@link DurableStream#head()} returns them, and {@link CreateResult} does
     *       not.
     *   <li>The body follows the inherited content.
     * </ul>
     *
     * @param source the URL of the other stream, on the same server
     * @param offset the offset of the source before which the inherited content ends, or null for its present end
     * @param subOffset the number of messages of a JSON stream, or bytes of any other, to inherit after the offset. They
     *     must be of the append that is stored at the offset. 0 for none
     */
    public record Fork(URI source, @Nullable Offset offset, long subOffset) {

        /**
         * @throws IllegalArgumentException if the offset is no position of its own, or if there is a {@code subOffset}
         *     that is negative or has no offset
         */
        public Fork {
            if (offset != null && offset.isSentinel()) {
                throw new IllegalArgumentException("A fork needs an offset that the server has returned, not '" + offset
                        + "'; leave it out to inherit all present content");
            }
            if (subOffset < 0) {
                throw new IllegalArgumentException("subOffset must not be negative, but is " + subOffset);
            }
            if (subOffset > 0 && offset == null) {
                throw new IllegalArgumentException("subOffset " + subOffset + " needs an offset that it counts from");
            }
        }

        /** Returns a fork with all present content of a stream. */
        public static Fork of(DurableStream source) {
            return new Fork(source.url(), null, 0);
        }

        /** Returns a fork whose inherited content ends before the offset. */
        public Fork withOffset(Offset offset) {
            return new Fork(source, offset, subOffset);
        }

        /** Returns a fork that inherits a part of the append at its offset, in messages or bytes. */
        public Fork withSubOffset(long subOffset) {
            return new Fork(source, offset, subOffset);
        }
    }
}
