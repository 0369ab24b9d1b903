package io.durablestreams.server.handler;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.server.store.StreamPage;

/** Handles {@code GET}: reads a stream, once or live (protocol §5.6 to §5.8). */
final class ReadOperation {

    private final HandlerContext context;

    ReadOperation(HandlerContext context) {
        this.context = context;
    }

    Mono<StreamResponse> handle(ReadRequest request) {
        return switch (request.live()) {
            case LONG_POLL -> longPoll(request);
            case SSE -> serverSentEvents(request);
            default -> catchUp(request);
        };
    }

    private Mono<StreamResponse> catchUp(ReadRequest request) {
        return context.store()
                .read(request.path(), request.offset(), context.settings().maxPageBytes())
                .map(page -> PageResponse.of(request, page, null));
    }

    private Mono<StreamResponse> longPoll(ReadRequest request) {
        return Mono.using(
                () -> context.liveReads()
                        .open(request.path(), context.settings().longPollTimeout()),
                live -> new LongPoll(context, request, live).answer(),
                LiveRead::dispose);
    }

    /** Reads the stream before the events begin, because only then can a failure be reported as a status. */
    private Mono<StreamResponse> serverSentEvents(ReadRequest request) {
        return context.store().read(request.path(), request.offset(), 1).map(page -> {
            Flux<byte[]> events = Flux.using(
                            () -> context.liveReads()
                                    .open(request.path(), context.settings().sseRotation()),
                            live -> new SseConnection(context, request, page, live).events(),
                            LiveRead::dispose)
                    .onErrorStop();
            return StreamResponse.status(200)
                    .header(StreamHeaders.CONTENT_TYPE, StreamFormat.TEXT_EVENT_STREAM)
                    .header("Cache-Control", "no-cache")
                    .headerIf(isBinary(page), StreamHeaders.STREAM_SSE_DATA_ENCODING, StreamHeaders.BASE64)
                    .body(new StreamResponse.Events(events))
                    .build();
        });
    }

    private static boolean isBinary(StreamPage page) {
        return page.stream().config().format() == StreamFormat.BINARY;
    }
}
