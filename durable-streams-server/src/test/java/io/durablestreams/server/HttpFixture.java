package io.durablestreams.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.handler.ObservedHandler;
import io.durablestreams.server.handler.ServerSettings;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/** A server on a port of its own, and a client that knows nothing of it. */
abstract class HttpFixture {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    final InMemoryStreamStore store = new InMemoryStreamStore();
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ObservedHandler handler;
    DurableStreamServer server;

    ServerSettings settings() {
        return ServerSettings.DEFAULT;
    }

    String basePath() {
        return "/";
    }

    DurableStreamServer server(DurableStreamHandler served) {
        return new DefaultDurableStreamServer("127.0.0.1", 0, basePath(), served);
    }

    @BeforeEach
    void startServer() {
        handler = new ObservedHandler(store, settings());
        server = server(handler.handler());
        server.start().block(TIMEOUT);
    }

    @AfterEach
    void stopServer() {
        server.stop().block(TIMEOUT);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(TIMEOUT);
    }

    HttpResponse<String> put(String path, String contentType, String body) {
        return send(request(path).header("Content-Type", contentType).PUT(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> post(String path, String contentType, String body) {
        return send(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError("No answer", failure);
        }
    }

    CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<Stream<String>>> lines(String path) {
        return http.sendAsync(request(path).GET().build(), BodyHandlers.ofLines());
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers()
                .firstValue(name)
                .orElseThrow(() -> new AssertionError("No " + name + " in " + response.headers()));
    }

    /** Waits until there are as many live reads in progress. */
    void awaitLiveReads(int count) {
        Flux.interval(Duration.ofMillis(5))
                .filter(tick -> handler.liveReads() == count)
                .blockFirst(TIMEOUT);
    }

    static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(TIMEOUT));
    }
}
