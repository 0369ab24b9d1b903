package io.durablestreams.autoconfigure.connection;

import java.nio.file.Path;
import java.time.Duration;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server whose certificate nobody knows but the bundle. */
class SslBundleTest {

    @TempDir
    static Path folder;

    private static final LoopResources loops = LoopResources.create("https");
    private static ServerKeys keys;
    private static DisposableServer server;

    private final ApplicationContextRunner runner = Contexts.runner()
            .withPropertyValues(keys.bundle("streams"))
            .withPropertyValues(
                    "durable-streams.url=https://localhost:" + server.port(), "durable-streams.request.max-retries=0");

    @BeforeAll
    static void startServer() throws Exception {
        keys = ServerKeys.createIn(folder);
        SslContext ssl = SslContextBuilder.forServer(keys.managers()).build();
        server = HttpServer.create()
                .port(0)
                .runOn(loops)
                .secure(spec -> spec.sslContext(ssl))
                .handle(SslBundleTest::answer)
                .bindNow(TIMEOUT);
    }

    @AfterAll
    static void stopServer() {
        server.disposeNow(TIMEOUT);
        loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);
    }

    @Test
    void theBundleIsForRequestsAndForLiveReads() {
        runner.withPropertyValues("durable-streams.ssl.bundle=streams").run(context -> {
            DurableStream stream = stream(context);

            assertThat(stream.head().block(TIMEOUT).nextOffset()).hasToString("1");
            assertThat(stream.reader(String.class)
                            .live(LiveMode.LONG_POLL)
                            .items()
                            .blockLast(TIMEOUT))
                    .isEqualTo("live");
        });
    }

    @Test
    void theBundleOfAllHttpClientsHoldsUnlessThereIsOneOfOurs() {
        runner.withPropertyValues("spring.http.clients.ssl.bundle=streams")
                .run(context ->
                        assertThat(stream(context).head().block(TIMEOUT)).isNotNull());
    }

    @Test
    void withoutABundleTheServerIsNotTrusted() {
        runner.run(context -> assertThatThrownBy(() -> stream(context).head().block(TIMEOUT))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("https://localhost"));
    }

    private static DurableStream stream(ApplicationContext context) {
        return context.getBean(DurableStreamClient.class).stream("stream");
    }

    /** An empty stream, to which one message is appended and which is closed while a reader waits. */
    private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        boolean live = request.uri().contains("live=");
        response.header("Content-Type", "application/json")
                .header("Stream-Up-To-Date", "true")
                .header("Stream-Next-Offset", live ? "2" : "1");
        if (live) {
            response.header("Stream-Closed", "true");
        }
        return request.method().equals(HttpMethod.HEAD)
                ? response.send()
                : response.sendString(Mono.just(live ? "[\"live\"]" : "[]"));
    }
}
