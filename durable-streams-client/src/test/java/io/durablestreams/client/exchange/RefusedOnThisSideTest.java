package io.durablestreams.client.exchange;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.LoggedLines;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a filter or a connector that lets nothing through any more does to what is under way. */
@Tag("sockets")
class RefusedOnThisSideTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private final AtomicInteger refusals = new AtomicInteger();
    private final WebClient refusing = WebClient.builder()
            .filter((request, next) -> {
                refusals.incrementAndGet();
                return Mono.error(new CancellationException("the application is closed"));
            })
            .build();

    @Test
    void aRequestIsNotRepeated() {
        DurableStream stream = server.client().mutate().webClient(refusing).build().stream("refused/request");

        assertThatThrownBy(() -> stream.head().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("/refused/request")
                .hasMessageContaining("the application is closed");
        assertThat(refusals).hasValue(1);
    }

    @Test
    void aLiveReadEnds() {
        String path = server.newStream(StreamSpec.json()).url().toString();
        DurableStream stream = server.client().mutate().liveWebClient(refusing).build().stream(path);

        StepVerifier.create(stream.reader(String.class).live(LiveMode.AUTO).batches())
                .expectNextMatches(Batch::upToDate)
                .expectError(StreamRequestException.class)
                .verify(PATIENCE);
        assertThat(refusals).hasValue(1);
    }

    @Test
    void aDisposedClientEndsItsReadsAndSendsNothingMore() {
        DurableStreamClient client =
                DurableStreamClient.create(server.client().stream("base").url().toString());
        DurableStream stream = client.stream(server.newStream(StreamSpec.json()).url());

        try (LoggedLines logged = new LoggedLines()) {
            StepVerifier.create(stream.reader(String.class).live(LiveMode.AUTO).batches())
                    .expectNextMatches(Batch::upToDate)
                    .then(() -> stream.append("live").block(PATIENCE))
                    .expectNextMatches(batch -> batch.items().equals(List.of("live")))
                    .then(client::dispose)
                    .expectErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(StreamRequestException.class)
                            .hasMessageContaining("the client is disposed"))
                    .verify(PATIENCE);
            assertThat(logged.lines()).isEmpty();
        }
        StepVerifier.create(stream.head())
                .expectError(StreamRequestException.class)
                .verify(PATIENCE);
    }

    @Test
    void aProducerFailsWhatItHasAccepted() {
        String path = server.newStream(StreamSpec.json()).url().toString();
        IdempotentProducer producer = server.client().mutate().webClient(refusing).build().stream(path)
                .withContentType("application/json")
                .producer("refused");

        StepVerifier.create(producer.send("message"))
                .expectError(StreamRequestException.class)
                .verify(PATIENCE);
        StepVerifier.create(producer.close())
                .expectError(StreamRequestException.class)
                .verify(PATIENCE);
        assertThat(refusals).hasValue(1);
    }
}
