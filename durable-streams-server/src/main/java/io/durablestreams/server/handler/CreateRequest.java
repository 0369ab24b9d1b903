package io.durablestreams.server.handler;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.server.store.StreamConfig;
import io.durablestreams.server.store.StreamFork;
import io.durablestreams.server.store.StreamInfo;

/**
 * The headers of a request that creates a stream (protocol §5.1, §4.2).
 *
 * @param path the path of the stream
 * @param config the configuration of the stream
 * @param inheritsType whether the stream is a fork that takes its content type from its source, so that the content type
 *     of the configuration means nothing
 * @param closed whether the stream is created closed
 * @param fork the origin of the stream if it is a fork, or null
 */
record CreateRequest(
        String path,
        StreamConfig config,
        boolean inheritsType,
        boolean closed,
        @Nullable StreamFork fork) {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern MEDIA_TYPE = Pattern.compile(TOKEN + "/" + TOKEN + "\\s*(;.*)?");
    private static final Pattern SUB_OFFSET = Pattern.compile("0|[1-9][0-9]{0,17}");

    static CreateRequest of(StreamRequest request, String path) {
        StreamConfig config = config(request);
        StreamFork fork = fork(request, config);
        return new CreateRequest(
                path,
                config,
                fork != null && request.header(StreamHeaders.CONTENT_TYPE) == null,
                RequestHeaders.isClosed(request),
                fork);
    }

    /** Returns the request with the content type that a fork takes from its source. */
    CreateRequest withTypeOf(StreamInfo source) {
        StreamConfig inherited = config.withContentType(source.config().contentType());
        return new CreateRequest(path, inherited, false, closed, fork);
    }

    /** Returns whether this request confirms a stream instead of being in conflict with it. */
    boolean matches(StreamInfo stream) {
        StreamFork origin = stream.fork();
        if (fork == null || origin == null) {
            return fork == origin && stream.config().matches(config);
        }
        StreamConfig requested =
                inheritsType ? config.withContentType(stream.config().contentType()) : config;
        if (fork.inheritsLifetime() && origin.inheritsLifetime()) {
            requested = requested.withLifetimeOf(stream.config());
        }
        return origin.matches(fork) && stream.config().matches(requested);
    }

    private static StreamConfig config(StreamRequest request) {
        StreamConfig config = StreamConfig.of(contentType(request));
        String ttl = request.header(StreamHeaders.STREAM_TTL);
        String expiresAt = request.header(StreamHeaders.STREAM_EXPIRES_AT);
        if (ttl != null && expiresAt != null) {
            throw new BadRequestException("A stream has either " + StreamHeaders.STREAM_TTL + " or "
                    + StreamHeaders.STREAM_EXPIRES_AT + ", not both");
        }
        if (ttl != null) {
            return config.withTtl(RequestHeaders.ttl(ttl));
        }
        return expiresAt != null ? config.withExpiresAt(RequestHeaders.expiresAt(expiresAt)) : config;
    }

    private static String contentType(StreamRequest request) {
        String contentType = request.header(StreamHeaders.CONTENT_TYPE);
        return contentType != null && MEDIA_TYPE.matcher(contentType).matches()
                ? contentType
                : StreamFormat.APPLICATION_OCTET_STREAM;
    }

    private static @Nullable StreamFork fork(StreamRequest request, StreamConfig config) {
        String source = request.header(StreamHeaders.STREAM_FORKED_FROM);
        String subOffset = request.header(StreamHeaders.STREAM_FORK_SUB_OFFSET);
        if (source == null) {
            if (subOffset != null) {
                throw new BadRequestException(StreamHeaders.STREAM_FORK_SUB_OFFSET + " needs "
                        + StreamHeaders.STREAM_FORKED_FROM + ", which is missing");
            }
            return null;
        }
        return new StreamFork(
                source(request, source),
                offset(request.header(StreamHeaders.STREAM_FORK_OFFSET)),
                subOffset(subOffset),
                config.ttl() == null && config.expiresAt() == null);
    }

    /** Returns the path of the source below the base path, which is the part of the URL before the path of the request. */
    private static String source(StreamRequest request, String header) {
        String whole = request.url().getRawPath();
        String base =
                whole.substring(0, Math.max(0, whole.length() - request.path().length()));
        String source = header.startsWith(base + "/") ? StreamPath.normalize(header.substring(base.length())) : "";
        if (!StreamPath.canNameStream(source)) {
            throw new BadRequestException(StreamHeaders.STREAM_FORKED_FROM + " must be the path of a stream, such as "
                    + base + "/source, but is '" + header + "'");
        }
        return source;
    }

    private static @Nullable Offset offset(@Nullable String value) {
        try {
            Offset offset = value == null ? null : Offset.of(value);
            if (!Offset.BEGINNING.equals(offset) && !Offset.NOW.equals(offset)) {
                return offset;
            }
        } catch (IllegalArgumentException malformed) {
            // Falls through, as for the offsets that name no position.
        }
        throw new BadRequestException(StreamHeaders.STREAM_FORK_OFFSET + " must be an offset of the source, but is '"
                + value + "'; leave it out for the tail");
    }

    private static long subOffset(@Nullable String value) {
        if (value != null && !SUB_OFFSET.matcher(value).matches()) {
            throw new BadRequestException(StreamHeaders.STREAM_FORK_SUB_OFFSET
                    + " must be a number in digits without leading zeros, but is '" + value + "'");
        }
        return value == null ? 0 : Long.parseLong(value);
    }
}
