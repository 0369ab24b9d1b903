package io.durablestreams.server.handler;

import reactor.core.publisher.Mono;

import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.server.store.StreamConfig;
import io.durablestreams.server.store.StreamInfo;

/** Handles {@code HEAD}: reports the state of a stream without extending its life (protocol §5.5). */
final class InfoOperation {

    private final HandlerContext context;

    InfoOperation(HandlerContext context) {
        this.context = context;
    }

    Mono<StreamResponse> handle(String path) {
        return context.store().info(path).map(InfoOperation::answer);
    }

    private static StreamResponse answer(StreamInfo stream) {
        StreamConfig config = stream.config();
        StreamResponse.Builder response = StreamResponse.status(200)
                .header(StreamHeaders.CONTENT_TYPE, config.contentType())
                .header(StreamHeaders.STREAM_NEXT_OFFSET, stream.tail())
                .headerIf(stream.closed(), StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE)
                .noStore();
        if (config.ttl() != null) {
            response.header(StreamHeaders.STREAM_TTL, config.ttl().toSeconds());
        }
        if (config.expiresAt() != null) {
            response.header(StreamHeaders.STREAM_EXPIRES_AT, config.expiresAt());
        }
        return response.build();
    }
}
