package io.durablestreams.server.handler;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.json.InvalidJsonException;
import io.durablestreams.protocol.json.JsonMessages;
import io.durablestreams.server.store.StreamAbsentException;
import io.durablestreams.server.store.StreamConfig;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.StreamDeletedException;
import io.durablestreams.server.store.StreamInfo;

/** Handles {@code PUT}: creates a stream, or confirms that it exists (protocol §5.1). */
final class CreateOperation {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern MEDIA_TYPE = Pattern.compile(TOKEN + "/" + TOKEN + "\\s*(;.*)?");

    private final HandlerContext context;

    CreateOperation(HandlerContext context) {
        this.context = context;
    }

    Mono<StreamResponse> handle(StreamRequest request, String path) {
        if (request.header(StreamHeaders.STREAM_FORKED_FROM) != null) {
            return Mono.just(StreamResponse.refusal(
                            501,
                            "This server cannot fork streams: create the stream without "
                                    + StreamHeaders.STREAM_FORKED_FROM)
                    .build());
        }
        if (request.header(StreamHeaders.STREAM_FORK_SUB_OFFSET) != null) {
            throw new BadRequestException(StreamHeaders.STREAM_FORK_SUB_OFFSET + " needs "
                    + StreamHeaders.STREAM_FORKED_FROM + ", which is missing");
        }
        StreamConfig config = config(request);
        boolean closed = RequestHeaders.isClosed(request);
        return RequestBody.collect(request.body(), context.settings().maxRequestBytes())
                .flatMap(body -> create(request, path, config, body, closed))
                .onErrorResume(StreamDeletedException.class, deleted -> Mono.just(conflict(deleted.getMessage())));
    }

    private Mono<StreamResponse> create(
            StreamRequest request, String path, StreamConfig config, byte[] body, boolean closed) {
        List<byte[]> messages;
        try {
            messages = messages(config, body);
        } catch (InvalidJsonException invalid) {
            // If the stream exists, the body is not used.
            String defect = String.valueOf(invalid.getMessage());
            return context.store()
                    .info(path)
                    .map(stream -> confirm(stream, config, closed))
                    .onErrorMap(StreamAbsentException.class, absent -> new BadRequestException(defect));
        }
        return context.store()
                .create(path, new StreamCreation(config, messages, closed))
                .map(result -> result.created()
                        ? describe(StreamResponse.status(201), result.stream())
                                .header("Location", withoutQuery(request.url()))
                                .build()
                        : confirm(result.stream(), config, closed));
    }

    private static List<byte[]> messages(StreamConfig config, byte[] body) {
        if (body.length == 0) {
            return List.of();
        }
        return config.format() == StreamFormat.JSON ? JsonMessages.split(body) : List.of(body);
    }

    private static StreamResponse confirm(StreamInfo stream, StreamConfig requested, boolean closed) {
        if (!stream.config().matches(requested)) {
            return conflict("There is a stream with another configuration already: it has " + stream.config()
                    + ", and the request asks for " + requested);
        }
        if (stream.closed() != closed) {
            return conflict("There is a stream already that is " + (stream.closed() ? "closed" : "open"));
        }
        return describe(StreamResponse.status(200), stream).build();
    }

    private static StreamResponse.Builder describe(StreamResponse.Builder response, StreamInfo stream) {
        return response.header(StreamHeaders.CONTENT_TYPE, stream.config().contentType())
                .header(StreamHeaders.STREAM_NEXT_OFFSET, stream.tail())
                .headerIf(stream.closed(), StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
    }

    private static StreamResponse conflict(@Nullable String explanation) {
        return StreamResponse.refusal(409, String.valueOf(explanation)).build();
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

    private static URI withoutQuery(URI url) {
        if (url.getRawQuery() == null) {
            return url;
        }
        String text = url.toString();
        try {
            return new URI(text.substring(0, text.indexOf('?')));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("Not a URL without its query: " + url, impossible);
        }
    }
}
