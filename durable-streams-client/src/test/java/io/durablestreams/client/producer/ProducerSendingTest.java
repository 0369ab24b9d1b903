package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.exchange.StreamTransport.Request;
import io.durablestreams.client.fixture.FaultyTransport;
import io.durablestreams.client.fixture.FaultyTransport.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How messages come to share requests, one by one and from a publisher, and what may not be among them. */
class ProducerSendingTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private static final ProducerSettings AT_ONCE = ProducerSettings.DEFAULT.withLinger(Duration.ZERO);

    private static DurableStream over(DurableStream stream, Function<Request, Fault> faults) {
        return TestClients.over(new FaultyTransport(faults)).build().stream(stream.url())
                .withContentType("application/json");
    }

    @Test
    void concurrentSendsShareRequestsAlsoWithoutALinger() {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicInteger requests = new AtomicInteger();
        DurableStream counted = over(stream, request -> {
            requests.incrementAndGet();
            return Fault.SLOW;
        });
        IdempotentProducer producer = counted.producer("p", AT_ONCE);

        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 1000)
                .mapToObj(i -> producer.send(i).toFuture())
                .toList();
        producer.flush().block(PATIENCE);

        assertThat(receipts).allMatch(CompletableFuture::isDone);
        assertThat(requests).hasValueLessThan(100);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).hasSize(1000);
    }

    // A publisher of messages.

    @Test
    void givesTheReceiptsOfAPublisherInItsOrder() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", ProducerSettings.DEFAULT.withMaxBatchItems(50));

        List<AppendReceipt> receipts =
                producer.sendAll(Flux.range(0, 5000)).collectList().block(PATIENCE);

        assertThat(receipts)
                .extracting(receipt -> receipt.sequence().seq())
                .isSorted()
                .hasSize(5000);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(0, 5000).boxed().toList());
    }

    @Test
    void asksAPublisherForNoMoreThanIsAskedOfIt() {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicLong taken = new AtomicLong();
        Flux<Integer> endless = Flux.generate(() -> 0, (state, sink) -> {
            taken.incrementAndGet();
            sink.next(state);
            return state + 1;
        });
        IdempotentProducer producer = stream.producer("p", AT_ONCE.withMaxBufferedBytes(10_000));

        StepVerifier.create(producer.sendAll(endless), 10)
                .expectNextCount(10)
                .thenCancel()
                .verify(PATIENCE);

        assertThat(taken).hasValueLessThan(20_000);
    }

    @Test
    void aMessageOfAPublisherThatFailsEndsTheReceiptsAtItsPlace() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", AT_ONCE);

        StepVerifier.create(producer.sendAll(Flux.just("a", "b", RawJson.of("1,2"), "c")))
                .expectNextCount(2)
                .expectError(IllegalArgumentException.class)
                .verify(PATIENCE);
        producer.close().block(PATIENCE);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).startsWith("a", "b");
    }

    @Test
    void aPublisherThatFailsDoesNotTakeTheReceiptsOfItsMessagesAlong() {
        DurableStream stream = server.newStream(StreamSpec.json());
        Flux<Integer> failing = Flux.range(0, 100).concatWith(Flux.error(new IllegalStateException("source")));

        StepVerifier.create(stream.producer("p", AT_ONCE).sendAll(failing))
                .expectNextCount(100)
                .expectErrorMessage("source")
                .verify(PATIENCE);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).hasSize(100);
    }

    // What is JSON already.

    @ParameterizedTest
    @ValueSource(
            strings = {"1,2", "1]", "1],[2", "[1", "]", ",", "{}{}", "1 2", "", " ", "nul", "{\"a\":1}]", "\"a", "[1]]"
            })
    void nothingButExactlyOneJsonValueGetsIntoABatch(String text) {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", ProducerSettings.DEFAULT.withMaxBatchItems(3));

        producer.append(RawJson.of("{\"before\":1}"));
        assertThatThrownBy(() -> producer.send(RawJson.of(text)).block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class);
        producer.append(RawJson.of("[[\"behind\"]]"));
        producer.close().block(PATIENCE);

        assertThat(stream.reader(RawJson.class).text().block(PATIENCE)).isEqualTo("[{\"before\":1},[[\"behind\"]]]");
    }

    // Limits.

    @Test
    void aBatchHasNoMoreItemsThanAllowed() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer(
                "p", ProducerSettings.DEFAULT.withMaxBatchItems(4).withLinger(Duration.ofMinutes(1)));

        List<CompletableFuture<AppendReceipt>> receipts = new ArrayList<>();
        IntStream.range(0, 10).forEach(i -> receipts.add(producer.send(i).toFuture()));
        producer.flush().block(PATIENCE);

        assertThat(receipts)
                .extracting(receipt -> receipt.getNow(null).sequence())
                .isEqualTo(IntStream.range(0, 10)
                        .mapToObj(i -> new ProducerSequence("p", 0, i / 4))
                        .toList());
    }

    @Test
    void aRequestWithoutAnAnswerIsMadeAgainAfterItsTimeout() {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicInteger requests = new AtomicInteger();
        DurableStream silentOnce =
                over(stream, request -> requests.getAndIncrement() == 0 ? Fault.NO_ANSWER_AFTER_STORING : Fault.NONE);

        AppendReceipt receipt = silentOnce
                .producer("p", AT_ONCE.withRequestTimeout(Duration.ofSeconds(2)))
                .send("once")
                .block(PATIENCE);

        assertThat(receipt.outcome()).isEqualTo(AppendReceipt.Outcome.DUPLICATE);
        assertThat(requests).hasValue(2);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("once");
    }

    // The content type.

    @Test
    void asksForTheContentTypeOnce() {
        DurableStream stream = server.newStream(StreamSpec.json());
        List<HttpMethod> methods = new CopyOnWriteArrayList<>();
        FaultyTransport http = new FaultyTransport(request -> Fault.NONE);
        StreamTransport noting = new StreamTransport() {
            @Override
            public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                methods.add(request.method());
                return http.exchange(request, handler);
            }
        };
        IdempotentProducer producer =
                TestClients.over(noting).build().stream(stream.url()).producer("p", AT_ONCE);

        producer.sendAll(Flux.range(0, 100)).blockLast(PATIENCE);
        producer.send("more").block(PATIENCE);
        producer.closeStream("last").block(PATIENCE);

        assertThat(methods).filteredOn(HttpMethod.HEAD::equals).hasSize(1);
        assertThat(methods).doesNotContain(HttpMethod.GET);
    }
}
