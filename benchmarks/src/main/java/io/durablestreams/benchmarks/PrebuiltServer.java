package io.durablestreams.benchmarks;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.Unpooled;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;

/** A server that costs as little as possible: answers every GET with the same bytes and drops what is posted. */
final class PrebuiltServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final byte[] content;
    private final AtomicLong offsets = new AtomicLong();
    private final DisposableServer server;

    PrebuiltServer(byte[] content) {
        this.content = content;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get("/**", this::read).post("/**", this::append))
                .bindNow(PATIENCE);
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/stream";
    }

    private Mono<Void> read(HttpServerRequest request, HttpServerResponse response) {
        response.header(StreamHeaders.CONTENT_TYPE, StreamFormat.APPLICATION_JSON)
                .header(StreamHeaders.STREAM_NEXT_OFFSET, "0000000000000000_0000000000000001")
                .header(StreamHeaders.STREAM_UP_TO_DATE, StreamHeaders.TRUE)
                .header("Content-Length", Integer.toString(content.length));
        return response.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(content)))
                .then();
    }

    private Mono<Void> append(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .then(Mono.defer(() -> response.status(200)
                        .header(StreamHeaders.STREAM_NEXT_OFFSET, Long.toString(offsets.incrementAndGet()))
                        .send()));
    }

    @Override
    public void close() {
        server.disposeNow(PATIENCE);
    }
}
