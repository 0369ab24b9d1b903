package io.durablestreams.conformance;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** The server closes connections that have been idle for five seconds, perhaps just as a request goes out on one. */
@Tag("sockets")
class IdleConnectionsIT {

    private static final Duration SERVER_CLOSES = Duration.ofSeconds(5);
    private static final ProducerSettings AT_ONCE = ProducerSettings.DEFAULT.withLinger(Duration.ZERO);

    @RegisterExtension
    static final ReferenceServer server = ReferenceServer.inMemory();

    private final Disposable.Composite connections = Disposables.composite();

    @AfterEach
    void closeConnections() {
        connections.dispose();
    }

    @Test
    void plainAppendsAndReadsWorkAfterAPause() {
        DurableStream stream = server.newStream(StreamSpec.json());
        Mono<Void> pause = Mono.delay(SERVER_CLOSES.plusSeconds(1)).then();

        StepVerifier.create(stream.append(1)
                        .then(pause)
                        .then(stream.append(2))
                        .then(stream.reader(Integer.class).collect()))
                .expectNext(List.of(1, 2))
                .expectComplete()
                .verify(PATIENCE);
    }

    /** The connections of these clients stay open for as long as the server lets them, unlike those of the default. */
    @Test
    void producersWriteOnceWhenTheServerClosesTheConnectionAtThatMoment() {
        List<DurableStream> streams = Flux.range(0, 41)
                .map(i -> lasting(server.newStream(StreamSpec.json()).url().toString()))
                .collectList()
                .block(PATIENCE);

        Flux<List<Integer>> results = Flux.fromIterable(streams)
                .index()
                .flatMap(
                        indexed -> {
                            IdempotentProducer producer = indexed.getT2().producer("p", AT_ONCE);
                            Duration pause = SERVER_CLOSES.plusMillis(indexed.getT1() - 20);
                            return producer.send(1)
                                    .then(Mono.delay(pause))
                                    .then(producer.send(2))
                                    .then(indexed.getT2().reader(Integer.class).collect());
                        },
                        streams.size());

        StepVerifier.create(results.collectList())
                .assertNext(all -> assertThat(all).hasSize(41).containsOnly(List.of(1, 2)))
                .expectComplete()
                .verify(PATIENCE);
    }

    private DurableStream lasting(String url) {
        ConnectionProvider connection = ConnectionProvider.create("lasting", 1);
        connections.add(connection);
        HttpClient http = HttpClient.create(connection).disableRetry(true);
        WebClient webClient = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .build();
        return DurableStreamClient.builder().webClient(webClient).liveWebClient(webClient).build().stream(url)
                .withContentType("application/json");
    }
}
