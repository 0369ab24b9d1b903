package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.Backoff;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** The threads that carry what a thread that may block has sent. */
@Tag("sockets")
class ProducerThreadsTest {

    private static final int SENDS = 20;

    /** Long enough for a first answer on a busy machine. */
    private static final Duration SHORTLY = Duration.ofSeconds(5);

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private final List<Thread> requesting = new CopyOnWriteArrayList<>();

    private final ExchangeFilterFunction watch = (request, next) -> {
        requesting.add(Thread.currentThread());
        return next.exchange(request);
    };

    private static IdempotentProducer producer(DurableStreamClient client, ProducerSettings settings) {
        return client.stream(server.newStream(StreamSpec.json()).url())
                .withContentType("application/json")
                .producer("p", settings.withLinger(Duration.ZERO));
    }

    private DurableStreamClient client(ClientHttpConnector connector) {
        return server.client()
                .mutate()
                .webClient(WebClient.builder()
                        .clientConnector(connector)
                        .filter(watch)
                        .build())
                .build();
    }

    /** Sends a message; returns the thread that its receipt comes on. */
    private static Thread send(IdempotentProducer producer) {
        return producer.send(1).map(receipt -> Thread.currentThread()).block(PATIENCE);
    }

    @Test
    void requestsAreMadeByTheEventLoopThatWritesThemOnceItIsKnown() {
        ConnectionProvider oneConnection = ConnectionProvider.create("one", 1);
        IdempotentProducer producer = producer(
                client(new ReactorClientHttpConnector(HttpClient.create(oneConnection))), ProducerSettings.DEFAULT);
        for (int i = 0; i < SENDS; i++) {
            Thread answered = send(producer);

            if (i == 0) {
                assertThat(requesting.get(i).getName()).startsWith("parallel");
            } else {
                assertThat(requesting.get(i)).isSameAs(answered);
            }
            assertThat(answered.getName()).startsWith("reactor-http");
        }
        oneConnection.disposeLater().block(PATIENCE);
    }

    @Test
    void anotherHttpClientIsUsedFromTheScheduler() {
        IdempotentProducer producer = producer(client(new JdkClientHttpConnector()), ProducerSettings.DEFAULT);
        for (int i = 0; i < SENDS; i++) {
            send(producer);
        }

        assertThat(requesting)
                .hasSize(SENDS)
                .allSatisfy(thread -> assertThat(thread.getName()).startsWith("parallel"));
    }

    @Test
    void whatIsSentWhenTheEventLoopsHaveEndedFailsInTime() {
        LoopResources eventLoops = LoopResources.create("ending");
        HttpClient http = HttpClient.create().runOn(eventLoops);
        IdempotentProducer producer = producer(
                client(new ReactorClientHttpConnector(http)),
                ProducerSettings.DEFAULT
                        .withBackoff(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), 2))
                        .withDeliveryTimeout(SHORTLY));
        assertThat(send(producer).getName()).startsWith("ending");

        eventLoops.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);

        assertThat(producer.send(2).toFuture())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(DeliveryTimeoutException.class);
    }
}
