package io.durablestreams.server.handler;

import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import io.durablestreams.server.store.ForkConflictException;
import io.durablestreams.server.store.InvalidForkException;
import io.durablestreams.server.store.InvalidOffsetException;
import io.durablestreams.server.store.StreamAbsentException;
import io.durablestreams.server.store.StreamStoreException;

/** Dispatches requests to operations, and turns their failures into responses. */
final class DefaultDurableStreamHandler implements DurableStreamHandler {

    private static final Logger log = LoggerFactory.getLogger(DefaultDurableStreamHandler.class);

    private final HandlerContext context;
    private final CreateOperation create;
    private final AppendOperation append;
    private final ReadOperation read;
    private final InfoOperation info;
    private final Map<String, String> browserHeaders;

    DefaultDurableStreamHandler(HandlerContext context) {
        this.context = context;
        this.create = new CreateOperation(context);
        this.append = new AppendOperation(context);
        this.read = new ReadOperation(context);
        this.info = new InfoOperation(context);
        this.browserHeaders = BrowserHeaders.of(context.settings());
    }

    @Override
    public Mono<StreamResponse> handle(StreamRequest request) {
        return Mono.defer(() -> dispatch(request))
                .onErrorResume(failure -> Mono.just(refuse(request, failure)))
                .map(response -> response.plusHeaders(browserHeaders))
                .onErrorStop();
    }

    @Override
    public Mono<Void> stopLiveReads() {
        return context.liveReads().stop().onErrorStop();
    }

    @Override
    public void startLiveReads() {
        context.liveReads().start();
    }

    private Mono<StreamResponse> dispatch(StreamRequest request) {
        if (request.method().equals("OPTIONS")) {
            return Mono.just(StreamResponse.status(204).build());
        }
        String path = StreamPath.normalize(request.path());
        if (!StreamPath.canNameStream(path)) {
            return Mono.error(new StreamAbsentException(path));
        }
        return switch (request.method()) {
            case "PUT" -> create.handle(request, path);
            case "POST" -> append.handle(request, path);
            case "GET" -> read.handle(ReadRequest.of(request, path));
            case "HEAD" -> info.handle(path);
            case "DELETE" ->
                context.store()
                        .delete(path)
                        .thenReturn(StreamResponse.status(204).build());
            default ->
                Mono.just(StreamResponse.refusal(405, "There is no method " + request.method() + " for streams")
                        .header("Allow", BrowserHeaders.ALLOWED_METHODS)
                        .build());
        };
    }

    private static StreamResponse refuse(StreamRequest request, Throwable failure) {
        String explanation = String.valueOf(failure.getMessage());
        if (failure instanceof StreamStoreException) {
            return StreamResponse.refusal(status((StreamStoreException) failure), explanation)
                    .build();
        }
        if (failure instanceof BadRequestException) {
            return StreamResponse.refusal(400, explanation).build();
        }
        if (failure instanceof RequestTooLargeException) {
            return StreamResponse.refusal(413, explanation).build();
        }
        log.error("{} {} failed", request.method(), request.url(), failure);
        return StreamResponse.refusal(500, "The server failed; its log tells why")
                .build();
    }

    private static int status(StreamStoreException failure) {
        if (failure instanceof StreamAbsentException) {
            return 404;
        }
        if (failure instanceof ForkConflictException) {
            return 409;
        }
        return failure instanceof InvalidOffsetException || failure instanceof InvalidForkException ? 400 : 410;
    }
}
