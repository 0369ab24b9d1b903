package io.durablestreams.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamParameters;

/**
 * A server that costs as little as possible: a catch-up answer is one prebuilt block of messages, again and again; a live
 * read is answered with events that carry the time at which they were sent; posted content is dropped.
 */
final class PrebuiltServer implements AutoCloseable {

    /** The prefix of the names of its threads. */
    static final String THREADS = "benchmark-server";

    private static final List<String> NUMBERS = List.of(StreamHeaders.PRODUCER_EPOCH, StreamHeaders.PRODUCER_SEQ);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration EVENT_INTERVAL = Duration.ofMillis(1);
    private static final String OFFSET = "0000000000000000_0000000000000001";

    private final byte[] block;
    private final long repetitions;
    private final AtomicLong offsets = new AtomicLong();
    private final LoopResources loops = LoopResources.create(THREADS);
    private final DisposableServer server;

    /**
     * Starts a server.
     *
     * @param block messages, separated by commas
     * @param repetitions how often the block is in the answer
     */
    PrebuiltServer(byte[] block, long repetitions) {
        this.block = block;
        this.repetitions = repetitions;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .runOn(loops)
                .route(routes -> routes.get("/**", this::read).post("/**", this::append))
                .bindNow(PATIENCE);
    }

    String url() {
        return "http://127.0.0.1:" + server.port() + "/stream";
    }

    /** The length of the body of a catch-up answer. */
    long contentLength() {
        return repetitions == 0 ? 2 : repetitions * (block.length + 1L) + 1;
    }

    private Mono<Void> read(HttpServerRequest request, HttpServerResponse response) {
        return request.uri().contains(StreamParameters.LIVE + "=") ? events(response) : catchUp(response);
    }

    private Mono<Void> catchUp(HttpServerResponse response) {
        response.header(StreamHeaders.CONTENT_TYPE, StreamFormat.APPLICATION_JSON)
                .header(StreamHeaders.STREAM_NEXT_OFFSET, OFFSET)
                .header(StreamHeaders.STREAM_UP_TO_DATE, StreamHeaders.TRUE)
                .header("Content-Length", Long.toString(contentLength()));
        if (repetitions == 0) {
            return response.sendString(Mono.just("[]")).then();
        }
        Flux<ByteBuf> blocks = Flux.generate(() -> 0L, (sent, sink) -> {
            if (sent == repetitions) {
                sink.next(Unpooled.wrappedBuffer(new byte[] {']'}));
                sink.complete();
            } else {
                byte[] separator = {(byte) (sent == 0 ? '[' : ',')};
                sink.next(Unpooled.wrappedBuffer(separator, block));
            }
            return sent + 1;
        });
        return response.send(blocks).then();
    }

    private static Mono<Void> events(HttpServerResponse response) {
        response.header(StreamHeaders.CONTENT_TYPE, StreamFormat.TEXT_EVENT_STREAM);
        return response.send(
                        Flux.interval(EVENT_INTERVAL).onBackpressureDrop().map(PrebuiltServer::event),
                        flushAlways -> true)
                .then();
    }

    private static ByteBuf event(long number) {
        String event = "event: data\ndata:[" + System.nanoTime() + "]\n\n"
                + "event: control\ndata:{\"streamNextOffset\":\"0000000000000000_"
                + String.format("%016d", number + 2) + "\",\"streamCursor\":\"1\",\"upToDate\":true}\n\n";
        return Unpooled.wrappedBuffer(event.getBytes(StandardCharsets.UTF_8));
    }

    private Mono<Void> append(HttpServerRequest request, HttpServerResponse response) {
        for (String number : NUMBERS) {
            String sent = request.requestHeaders().get(number);
            if (sent != null) {
                response.header(number, sent);
            }
        }
        return request.receive()
                .then(Mono.defer(() -> response.status(200)
                        .header(StreamHeaders.STREAM_NEXT_OFFSET, Long.toString(offsets.incrementAndGet()))
                        .send()));
    }

    @Override
    public void close() {
        server.disposeNow(PATIENCE);
        loops.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);
    }
}
