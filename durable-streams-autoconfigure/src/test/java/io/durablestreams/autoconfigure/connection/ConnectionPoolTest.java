package io.durablestreams.autoconfigure.connection;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.ConnectionProvider;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConnectionPoolTest {

    private static final String BEGINNING_OF_ANSWER =
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\nfirst\n";

    @Test
    void theServerSeesThatConnectionsAreCutInTheMiddleOfTheirAnswers() throws Exception {
        ConnectionPool pool = new ConnectionPool(
                ConnectionProvider.builder("cut"), ClientHttpConnectorBuilder.reactor(), HttpClientSettings.defaults());
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Disposable read = WebClient.builder()
                    .clientConnector(pool)
                    .build()
                    .get()
                    .uri("http://127.0.0.1:" + server.getLocalPort())
                    .retrieve()
                    .bodyToFlux(String.class)
                    .subscribe(lines::add, failure -> lines.add("cut"));
            try (Socket connection = server.accept()) {
                connection.setSoTimeout((int) TIMEOUT.toMillis());
                connection.getOutputStream().write(BEGINNING_OF_ANSWER.getBytes(StandardCharsets.UTF_8));
                assertThat(lines.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                        .isEqualTo("first");

                pool.cut();

                assertThat(lines.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                        .isEqualTo("cut");
                try (InputStream requests = connection.getInputStream()) {
                    requests.readAllBytes();
                }
            } finally {
                read.dispose();
            }
        }
    }

    @Test
    void aPoolThatIsClosedIsNotOpenedAgain() {
        ConnectionPool pool = new ConnectionPool(
                ConnectionProvider.builder("closed"),
                ClientHttpConnectorBuilder.reactor(),
                HttpClientSettings.defaults());

        pool.close();
        pool.cut();
        pool.open();

        assertThatThrownBy(() -> pool.connect(HttpMethod.GET, URI.create("http://127.0.0.1:1"), request -> Mono.empty())
                        .block(TIMEOUT))
                .isInstanceOf(CancellationException.class);
    }
}
