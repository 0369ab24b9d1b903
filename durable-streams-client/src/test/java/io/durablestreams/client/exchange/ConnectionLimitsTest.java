package io.durablestreams.client.exchange;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.ConnectionsExhaustedException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.reader.ReaderSettings;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** More requests than connections. */
@Tag("sockets")
class ConnectionLimitsTest {

    private static final Duration LATENCY = Duration.ofMillis(400);

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private DisposableServer server;
    private DurableStreamClient client = DurableStreamClient.builder().build();

    @BeforeEach
    void startServer() {
        server = HttpServer.create()
                .doOnChannelInit((observer, channel, address) -> {
                    connections.incrementAndGet();
                    open.incrementAndGet();
                    channel.closeFuture().addListener(closed -> open.decrementAndGet());
                })
                .handle(ConnectionLimitsTest::answer)
                .bindNow(PATIENCE);
    }

    private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        response.header("Content-Type", "application/json")
                .header("Stream-Next-Offset", "a")
                .header("Stream-Up-To-Date", "true");
        return request.uri().contains("never")
                ? Mono.never()
                : Mono.delay(LATENCY).thenMany(response.sendString(Mono.just("[1]")));
    }

    @AfterEach
    void stop() {
        client.dispose();
        server.disposeNow(PATIENCE);
    }

    private DurableStream stream(String name) {
        return client.stream("http://localhost:" + server.port() + "/" + name);
    }

    private void connectionSettings(ConnectionSettings settings) {
        client.dispose();
        client = DurableStreamClient.builder()
                .connectionSettings(settings)
                .readerSettings(ReaderSettings.DEFAULT.withMaxRetries(0).withBackoff(Backoffs.SHORT))
                .requestSettings(RequestSettings.DEFAULT.withMaxRetries(0).withBackoff(Backoffs.SHORT))
                .build();
    }

    @Test
    void aThousandReadsAtOnceAllSucceed() {
        Long read = Flux.range(0, 1000)
                .flatMap(i -> stream("stream").reader(Integer.class).collect(), 1000)
                .count()
                .block(PATIENCE);

        assertThat(read).isEqualTo(1000);
        assertThat(connections).hasValueLessThanOrEqualTo(ConnectionSettings.DEFAULT.maxConnections());
    }

    @Test
    void aRequestThatFindsNoFreeConnectionInTimeHasNotFailed() {
        connectionSettings(ConnectionSettings.DEFAULT.withMaxConnections(1).withAcquireTimeout(LATENCY.dividedBy(4)));

        Mono<Long> reads = Flux.range(0, 3)
                .flatMap(i -> stream("stream").reader(Integer.class).collect())
                .count();
        Mono<Long> requests =
                Flux.range(0, 3).flatMap(i -> stream("stream").head()).count();

        assertThat(reads.block(PATIENCE)).isEqualTo(3);
        assertThat(requests.block(PATIENCE)).isEqualTo(3);
    }

    @Test
    void theWaitForAConnectionIsNoWaitForAnAnswer() {
        client.dispose();
        Duration timeout = LATENCY.plus(LATENCY.dividedBy(2));
        client = DurableStreamClient.builder()
                .connectionSettings(ConnectionSettings.DEFAULT.withMaxConnections(1))
                .readerSettings(ReaderSettings.DEFAULT.withMaxRetries(0).withRequestTimeout(timeout))
                .requestSettings(RequestSettings.DEFAULT.withMaxRetries(0).withTimeout(timeout))
                .build();

        Mono<Long> reads = Flux.range(0, 4)
                .flatMap(i -> stream("stream").reader(Integer.class).collect())
                .count();
        Mono<Long> requests =
                Flux.range(0, 4).flatMap(i -> stream("stream").head()).count();

        assertThat(reads.block(PATIENCE)).isEqualTo(4);
        assertThat(requests.block(PATIENCE)).isEqualTo(4);
    }

    @Test
    void whereNoConnectionEverBecomesFreeTheLimitToRaiseIsNamed() {
        connectionSettings(ConnectionSettings.DEFAULT.withMaxConnections(1).withAcquireTimeout(Duration.ofMillis(20)));
        Mono<?> occupying = stream("never").head();

        for (Mono<?> request : new Mono<?>[] {
            stream("stream").head(), stream("stream").reader(Integer.class).collect()
        }) {
            assertThatThrownBy(() -> Flux.merge(occupying, request.delaySubscription(LATENCY))
                            .blockLast(PATIENCE))
                    .isInstanceOf(ConnectionsExhaustedException.class)
                    .hasMessageContaining("durable-streams.request.max-connections");
        }
    }

    @Test
    void anUnusedConnectionIsClosedAfterItsTime() {
        stream("stream").reader(Integer.class).collect().block(PATIENCE);
        assertThat(open).hasValue(1);

        // By default after 4 s, and up to a quarter later.
        Mono.delay(Duration.ofMillis(100))
                .repeat(() -> open.get() > 0)
                .then()
                .block(ConnectionSettings.DEFAULT.maxIdleTime().multipliedBy(2));
        assertThat(open).hasValue(0);
    }
}
