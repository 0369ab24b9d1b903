package io.durablestreams.client.exchange;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.ConnectionProvider;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** An application's HTTP client, configured for streams, with every protocol that both sides may speak. */
@Tag("sockets")
class StreamConnectionsTest {

    private final ConnectionProvider pool =
            StreamConnections.requestPool(ConnectionSettings.DEFAULT).build();
    private DisposableServer server;

    static List<List<HttpProtocol>> protocols() {
        return List.of(
                List.of(HttpProtocol.HTTP11),
                List.of(HttpProtocol.H2C),
                List.of(HttpProtocol.H2C, HttpProtocol.HTTP11));
    }

    @BeforeEach
    void startServer() {
        server = HttpServer.create()
                .protocol(HttpProtocol.H2C, HttpProtocol.HTTP11)
                .httpRequestDecoder(spec -> spec.h2cMaxContentLength(1024)) // Or a request that upgrades has no body.
                .handle(StreamConnectionsTest::answer)
                .bindNow(PATIENCE);
    }

    private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        response.header("Content-Type", "application/json")
                .header("Stream-Next-Offset", "a")
                .header("Stream-Up-To-Date", "true");
        return response.sendString(Mono.just("[1]"));
    }

    @AfterEach
    void stopServer() {
        pool.disposeLater().block(PATIENCE);
        server.disposeNow(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void everyProtocolWorks(List<HttpProtocol> protocols) {
        HttpClient http =
                StreamConnections.configure(HttpClient.create(pool).protocol(protocols.toArray(HttpProtocol[]::new)));
        WebClient webClient = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .build();
        DurableStream stream = DurableStreamClient.builder().webClient(webClient).build().stream(
                "http://localhost:" + server.port() + "/stream");

        for (int i = 0; i < 3; i++) {
            assertThat(stream.withContentType("application/json")
                            .append("m")
                            .block(PATIENCE)
                            .nextOffset())
                    .hasToString("a");
            assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1);
        }
    }
}
