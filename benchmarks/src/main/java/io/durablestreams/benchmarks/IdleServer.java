package io.durablestreams.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamParameters;

/**
 * A server of empty streams that is driven by lines: it prints its URL; a number is answered by a line when as many live
 * reads are open; {@link #SEND} has it send an event to each of them. It ends with its input.
 */
final class IdleServer {

    static final String SEND = "send";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String OFFSET = "0000000000000000_000000000000000";

    private final Sinks.Many<Integer> liveReads = Sinks.many().replay().latest();
    private final Sinks.One<String> event = Sinks.one();
    private int open;

    void run() throws IOException {
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get("/**", this::read))
                .bindNow();
        System.out.println("http://127.0.0.1:" + server.port());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(SEND)) {
                event.tryEmitValue("event: data\ndata:[1]\n\n" + control(2));
            } else {
                int expected = Integer.parseInt(line);
                liveReads.asFlux().filter(count -> count >= expected).blockFirst(PATIENCE);
                System.out.println(expected);
            }
        }
        server.disposeNow();
    }

    private Mono<Void> read(HttpServerRequest request, HttpServerResponse response) {
        if (!request.uri().contains(StreamParameters.LIVE + "=")) {
            return response.header(StreamHeaders.CONTENT_TYPE, StreamFormat.APPLICATION_JSON)
                    .header(StreamHeaders.STREAM_NEXT_OFFSET, OFFSET + 1)
                    .header(StreamHeaders.STREAM_UP_TO_DATE, StreamHeaders.TRUE)
                    .sendString(Mono.just("[]"))
                    .then();
        }
        response.header(StreamHeaders.CONTENT_TYPE, StreamFormat.TEXT_EVENT_STREAM);
        Flux<String> events = Flux.concat(Mono.fromSupplier(this::opened), event.asMono(), Mono.never());
        return response.send(events.map(IdleServer::bytes), flushAlways -> true).then();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized String opened() {
        open++;
        liveReads.tryEmitNext(open);
        return control(1);
    }

    private static String control(int offset) {
        return "event: control\ndata:{\"streamNextOffset\":\"" + OFFSET + offset
                + "\",\"streamCursor\":\"1\",\"upToDate\":true}\n\n";
    }
}
