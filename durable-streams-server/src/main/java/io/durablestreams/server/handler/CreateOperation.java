package io.durablestreams.server.handler;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;

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

/** Handles {@code PUT}: creates a stream, as a fork or not, or confirms that it exists (protocol §5.1, §4.2). */
final class CreateOperation {

    private final HandlerContext context;

    CreateOperation(HandlerContext context) {
        this.context = context;
    }

    Mono<StreamResponse> handle(StreamRequest request, String path) {
        CreateRequest creation = CreateRequest.of(request, path);
        return RequestBody.collect(request.body(), context.settings().maxRequestBytes())
                .flatMap(body -> create(request, creation, body))
                .onErrorResume(StreamDeletedException.class, deleted -> Mono.just(conflict(deleted.getMessage())));
    }

    private Mono<StreamResponse> create(StreamRequest request, CreateRequest creation, byte[] body) {
        return creation.inheritsType()
                ? fork(request, creation, body)
                : create(creation, body, withoutQuery(request.url()));
    }

    /** Asks for the source only if the stream does not exist, because the source may be deleted by then. */
    private Mono<StreamResponse> fork(StreamRequest request, CreateRequest creation, byte[] body) {
        String source = Objects.requireNonNull(creation.fork()).source();
        return context.store()
                .info(creation.path())
                .map(stream -> confirm(stream, creation))
                .onErrorResume(
                        StreamAbsentException.class,
                        absent -> context.store()
                                .info(source)
                                .flatMap(info -> create(creation.withTypeOf(info), body, withoutQuery(request.url()))));
    }

    private Mono<StreamResponse> create(CreateRequest creation, byte[] body, URI location) {
        StreamConfig config = creation.config();
        List<byte[]> messages;
        try {
            messages = messages(config, body);
        } catch (InvalidJsonException invalid) {
            // If the stream exists, the body is not used.
            String defect = String.valueOf(invalid.getMessage());
            return context.store()
                    .info(creation.path())
                    .map(stream -> confirm(stream, creation))
                    .onErrorMap(StreamAbsentException.class, absent -> new BadRequestException(defect));
        }
        return context.store()
                .create(creation.path(), new StreamCreation(config, messages, creation.closed(), creation.fork()))
                .map(result -> result.created()
                        ? describe(StreamResponse.status(201), result.stream())
                                .header("Location", location)
                                .build()
                        : confirm(result.stream(), creation));
    }

    private static List<byte[]> messages(StreamConfig config, byte[] body) {
        if (body.length == 0) {
            return List.of();
        }
        return config.format() == StreamFormat.JSON ? JsonMessages.split(body) : List.of(body);
    }

    private static StreamResponse confirm(StreamInfo stream, CreateRequest creation) {
        if (!creation.matches(stream)) {
            return conflict("There is a stream with another configuration already: it has " + stream.config()
                    + ", and the request asks for " + creation.config()
                    + (Objects.equals(creation.fork(), stream.fork())
                            ? ""
                            : ", or they are forks of different streams or at different offsets"));
        }
        if (stream.closed() != creation.closed()) {
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
