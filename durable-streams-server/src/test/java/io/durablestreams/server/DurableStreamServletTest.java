package io.durablestreams.server;

import java.io.File;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.handler.StreamRequest;
import io.durablestreams.server.handler.StreamResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** What is on the wire when a servlet of Tomcat serves the streams: the same as on a port of their own. */
class DurableStreamServletTest extends HttpTest {

    @TempDir
    private File folder;

    @Override
    DurableStreamServer server(DurableStreamHandler served) {
        return new TomcatServer(basePath(), served, folder);
    }

    /** Without {@code %2F}, {@code %25} and {@code ;}, which Tomcat does not pass on as they are. */
    @Override
    @ParameterizedTest
    @ValueSource(strings = {"/caf%C3%A9", "/a%20b", "/a+b", "/a//b", "/a:b@c,d", "/a%3Fb"})
    void pathsOfAllKindsNameStreams(String path) {
        super.pathsOfAllKindsNameStreams(path);
    }

    /** Tomcat notices only at a write that a client is gone. */
    @Override
    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws Exception {
        put("/s", "text/plain", "");
        HttpResponse<Stream<String>> events = lines("/s?live=sse&offset=-1").get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        awaitLiveReads(1);
        events.body().close();

        Flux.interval(Duration.ofMillis(5))
                .doOnNext(tick -> post("/s", "text/plain", "x"))
                .filter(tick -> handler.liveReads() == 0)
                .blockFirst(TIMEOUT);
        stopServer();
        assertThat(((TomcatServer) server).complaints()).isEmpty();
    }

    @Test
    void liveReadsOccupyNoThread() throws Exception {
        put("/s", "text/plain", "");
        List<Iterator<String>> events = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
        for (int i = 0; i < 5 * TomcatServer.THREADS; i++) {
            events.add(lines("/s?live=sse&offset=-1")
                    .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .body()
                    .iterator());
            polls.add(sendLater(request("/s?live=long-poll&offset=-1").GET()));
        }
        awaitLiveReads(10 * TomcatServer.THREADS);

        assertThat(post("/s", "text/plain", "x").statusCode()).isEqualTo(204);

        for (CompletableFuture<HttpResponse<String>> poll : polls) {
            assertThat(poll.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("x");
        }
        for (Iterator<String> lines : events) {
            assertThat(lineAfter("event: data", lines)).isEqualTo("data:x");
        }
    }

    @Test
    void aClientThatDoesNotReadSlowsItsOwnReadDown() throws Exception {
        EndlessEvents endless = new EndlessEvents();
        TomcatServer tomcat = new TomcatServer("/v1", endless, new File(folder, "endless"));
        tomcat.start().block(TIMEOUT);
        try (Socket silent = new Socket(tomcat.url().getHost(), tomcat.url().getPort())) {
            silent.getOutputStream()
                    .write("GET /v1/s?live=sse&offset=-1 HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            int slices = endless.whenStill();

            // The buffers of the two sockets take some megabytes.
            assertThat(slices).isBetween(1, (64 << 20) / EndlessEvents.SLICE);
        }
        endless.ended.asMono().block(TIMEOUT);
        tomcat.stop().block(TIMEOUT);
        assertThat(tomcat.complaints()).isEmpty();
    }

    private static String lineAfter(String line, Iterator<String> lines) {
        while (!lines.next().equals(line)) {
            assertThat(lines).hasNext();
        }
        return lines.next();
    }

    /** Answers a request with slices, without end, as many as are requested. */
    private static final class EndlessEvents implements DurableStreamHandler {

        private static final int SLICE = 1 << 16;

        private final AtomicInteger slices = new AtomicInteger();
        private final Sinks.Empty<Void> ended = Sinks.empty();

        @Override
        public Mono<StreamResponse> handle(StreamRequest request) {
            byte[] slice = new byte[SLICE];
            Flux<byte[]> events = Flux.<byte[]>generate(sink -> {
                        slices.incrementAndGet();
                        sink.next(slice);
                    })
                    .doOnCancel(ended::tryEmitEmpty);
            return Mono.just(new StreamResponse(200, Map.of(), new StreamResponse.Events(events)));
        }

        /** Waits until no slice was taken for half a second. */
        int whenStill() {
            return Flux.interval(Duration.ofMillis(500))
                    .map(tick -> slices.get())
                    .buffer(2, 1)
                    .filter(pair -> pair.get(0) > 0 && pair.get(0).equals(pair.get(1)))
                    .map(pair -> pair.get(1))
                    .blockFirst(TIMEOUT);
        }

        @Override
        public Mono<Void> stopLiveReads() {
            return Mono.empty();
        }

        @Override
        public void startLiveReads() {}
    }
}
