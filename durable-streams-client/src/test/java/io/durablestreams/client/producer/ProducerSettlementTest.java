package io.durablestreams.client.producer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.fixture.FaultyTransport;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Every accepted message is settled, whatever messages, subscribers and handlers do. */
class ProducerSettlementTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private static final ProducerSettings SETTINGS =
            ProducerSettings.DEFAULT.withBackoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(10), 2));

    private final List<String> reported = new CopyOnWriteArrayList<>();

    /** Can neither be written as JSON nor as text, and not for any reason that Jackson knows. */
    public static final class Broken {

        public String getText() {
            throw new AssertionError("thrown by the test");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("thrown by the test");
        }
    }

    private IdempotentProducer reporting(DurableStream stream, ProducerSettings settings) {
        return stream.producer(
                "p", settings, (cause, messages) -> messages.forEach(message -> reported.add(new String(message))));
    }

    /** A handle that does not know the content type yet. */
    private static DurableStream unlearned(DurableStream stream) {
        return server.client().stream(stream.url());
    }

    private static DurableStream over(StreamTransport transport, DurableStream stream) {
        return TestClients.over(transport).build().stream(stream.url());
    }

    @RepeatedTest(20)
    void appendsFromManyThreadsAreNeverReordered() throws Exception {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer =
                stream.producer("p", SETTINGS.withLinger(Duration.ZERO).withMaxBatchItems(3));

        List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> IntStream.range(0, 100).forEach(i -> producer.append(thread * 1000 + i)),
                        command -> new Thread(command).start()))
                .toList();
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        producer.close().block(PATIENCE);

        List<Integer> stored = stream.reader(Integer.class).collect().block(PATIENCE);
        assertThat(stored).hasSize(400).doesNotHaveDuplicates();
        for (int thread = 0; thread < 4; thread++) {
            int mine = thread;
            assertThat(stored.stream().filter(message -> message / 1000 == mine).toList())
                    .isSorted();
        }
    }

    @Test
    void aMessageThatCannotBeWrittenFailsAloneWhileTheContentTypeIsBeingLearned() {
        DurableStream stream = server.newStream(StreamSpec.json());
        Sinks.Empty<Void> appended = Sinks.empty();
        IdempotentProducer producer = reporting(over(headAfter(appended.asMono()), stream), SETTINGS);

        CompletableFuture<AppendReceipt> before = producer.send("before").toFuture();
        producer.append(RawJson.of("{bad"));
        assertThatThrownBy(() -> producer.append(new Broken()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasRootCauseInstanceOf(AssertionError.class);
        CompletableFuture<AppendReceipt> behind = producer.send("behind").toFuture();
        appended.tryEmitEmpty();

        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        assertThat(before).isCompleted();
        assertThat(behind).isCompleted();
        assertThat(reported).containsExactly("{bad");
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("before", "behind");
    }

    @Test
    void theBufferHasItsLimitAlsoWhileTheContentTypeIsBeingLearned() {
        DurableStream stream = server.newStream(StreamSpec.binary());
        Sinks.Empty<Void> appended = Sinks.empty();
        IdempotentProducer producer = reporting(
                over(headAfter(appended.asMono()), stream),
                SETTINGS.withMaxBufferedBytes(1000).withMaxBlock(Duration.ofMillis(10)));

        producer.append(new byte[600]);
        producer.append(ByteBuffer.allocate(400));
        assertThatThrownBy(() -> producer.append("one more")).isInstanceOf(ProducerBufferFullException.class);
        appended.tryEmitEmpty();
        producer.close().block(PATIENCE);

        assertThat(stream.reader(byte[].class).body().block(PATIENCE)).hasSize(1000);
        assertThat(reported).isEmpty();
    }

    @Test
    void everyMessageFailsWhenTheStreamIsAbsent() {
        IdempotentProducer producer = reporting(server.client().stream("settlement/absent"), SETTINGS);

        producer.append("");
        producer.append(List.of(1, 2));
        CompletableFuture<AppendReceipt> sent = producer.send("sent").toFuture();

        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);
        assertThat(sent).isCompletedExceptionally();
        assertThat(reported).containsExactlyInAnyOrder("", "[1,2]");
    }

    @Test
    void anObjectIsTheCallersAgainAfterTheCall() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = unlearned(stream).producer("p");
        List<Integer> numbers = new ArrayList<>(List.of(1, 2));

        producer.append(numbers);
        numbers.add(3);
        producer.append(numbers);
        producer.close().block(PATIENCE);

        assertThat(stream.reader(int[].class).collect().block(PATIENCE))
                .containsExactly(new int[] {1, 2}, new int[] {1, 2, 3});
    }

    @Test
    void anObjectForAStreamOfTextIsReportedWhenThatIsKnown() {
        DurableStream stream = server.newStream(StreamSpec.of("text/plain"));
        IdempotentProducer producer = reporting(unlearned(stream), SETTINGS);

        producer.append(List.of(1));

        assertThatThrownBy(() -> producer.flush().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("'text/plain' takes byte[], ByteBuffer and text, not class java.util.");
        assertThat(reported).containsExactly("[1]");
    }

    @Test
    void aBufferIsTheCallersAgainAfterTheCall() {
        DurableStream stream = server.newStream(StreamSpec.binary());
        IdempotentProducer producer = unlearned(stream).producer("p");
        byte[] buffer = {1, 1};

        producer.append(buffer);
        producer.append(ByteBuffer.wrap(buffer));
        buffer[0] = 9;
        producer.close().block(PATIENCE);

        assertThat(stream.reader(byte[].class).body().block(PATIENCE)).containsExactly(1, 1, 1, 1);
    }

    @Test
    void subscribersAndHandlersThatThrowHarmNobodyElse() {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicBoolean refuse = new AtomicBoolean(true);
        DurableStream refusing =
                over(answering(400, new HttpHeaders(), refuse), stream).withContentType("application/json");
        IdempotentProducer producer = refusing.producer("p", SETTINGS.withMaxInFlight(1), (cause, messages) -> {
            throw new AssertionError("thrown by the test");
        });

        producer.append("refused");
        producer.send("refused").subscribe(receipt -> {}, failure -> {
            throw new IllegalStateException("thrown by the test");
        });
        CompletableFuture<AppendReceipt> together = producer.send("refused").toFuture();
        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        refuse.set(false);
        producer.send("stored").block(PATIENCE);

        assertThat(together).isCompletedExceptionally();
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("stored");
    }

    @Test
    void anAnswerThatIsNotAStreamServersAcknowledgesNothing() {
        DurableStream stream = server.newStream(StreamSpec.json());
        HttpHeaders html = new HttpHeaders();
        html.set("Content-Type", "text/html");
        for (int status : new int[] {200, 204}) {
            DurableStream proxy = over(answering(status, html, new AtomicBoolean(true)), stream)
                    .withContentType("application/json");

            assertThatThrownBy(() -> proxy.producer("p", SETTINGS.withDeliveryTimeout(Duration.ofMillis(200)))
                            .send("swallowed")
                            .block(PATIENCE))
                    .isInstanceOf(DeliveryTimeoutException.class)
                    .hasCauseInstanceOf(StreamProtocolException.class);
        }
    }

    @Test
    void anOffsetThatIsUnusableDoesNotChangeWhatAnAnswerMeans() {
        DurableStream stream = server.newStream(StreamSpec.json());
        HttpHeaders headers = new HttpHeaders();
        headers.set("Stream-Next-Offset", "no offset");
        headers.set("Producer-Epoch", "0");
        headers.set("Producer-Seq", "0");
        ProducerSettings replaying = SETTINGS.withAcceptReplays(true);

        AppendReceipt receipt = over(answering(204, headers, new AtomicBoolean(true)), stream)
                .withContentType("application/json")
                .producer("p", replaying)
                .send("stored before")
                .block(PATIENCE);
        assertThat(receipt.outcome()).isEqualTo(AppendReceipt.Outcome.DUPLICATE);

        headers.set("Stream-Closed", "true");
        IdempotentProducer late = over(answering(409, headers, new AtomicBoolean(true)), stream)
                .withContentType("application/json")
                .producer("p", SETTINGS);
        assertThatThrownBy(() -> late.send("too late").block(PATIENCE))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isNull());
    }

    @Test
    void closeEndsInTimeAlthoughTheContentTypeCannotBeLearned() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream silent = over(
                new StreamTransport() {
                    @Override
                    public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                        return Flux.never();
                    }
                },
                stream);
        IdempotentProducer producer = reporting(silent, SETTINGS.withDeliveryTimeout(Duration.ofMillis(200)));

        producer.append("lost");

        assertThatThrownBy(() -> producer.close().block(PATIENCE))
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining("content type");
        assertThat(reported).containsExactly("lost");
    }

    @Test
    void aServerThatIsNotThereYetIsAskedForTheContentTypeUntilItIs() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = reporting(unavailable(10, stream), SETTINGS);

        producer.append("first");
        producer.send("second").block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("first", "second");
        assertThat(reported).isEmpty();
    }

    @Test
    void aServerThatNeverComesIsNamedAsTheReasonWhenTheTimeIsOver() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer =
                reporting(unavailable(Integer.MAX_VALUE, stream), SETTINGS.withDeliveryTimeout(Duration.ofMillis(300)));

        producer.append("lost");

        assertThatThrownBy(() -> producer.close().block(PATIENCE))
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining("503");
        assertThat(reported).containsExactly("lost");
    }

    /** A server that is not there for the first requests, and a client that repeats no single request by itself. */
    private static DurableStream unavailable(int requests, DurableStream stream) {
        AtomicInteger seen = new AtomicInteger();
        FaultyTransport http = new FaultyTransport(request -> FaultyTransport.Fault.NONE);
        StreamTransport transport = new StreamTransport() {
            @Override
            public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                return Flux.defer(() -> seen.getAndIncrement() < requests
                        ? handler.apply(new Answer(503, new HttpHeaders(), Flux.empty()))
                        : http.exchange(request, handler));
            }
        };
        return TestClients.over(transport).requestSettings(RequestSettings.DEFAULT.withMaxRetries(0)).build().stream(
                stream.url());
    }

    @Test
    void aFinalMessageThatCannotBeWrittenIsRefused() {
        DurableStream stream = server.newStream(StreamSpec.text());
        IdempotentProducer knowing = stream.producer("p");
        knowing.send("a").block(PATIENCE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> knowing.closeStream(List.of(1)).block(PATIENCE))
                .withMessageContaining(stream.url().toString());
        knowing.closeStream("b").block(PATIENCE);

        assertThat(stream.reader(String.class).text().block(PATIENCE)).isEqualTo("ab");
        DurableStream other = server.newStream(StreamSpec.text());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        unlearned(other).producer("p").closeStream(List.of(1)).block(PATIENCE));
    }

    @Test
    void aMessageThatFindsNoRoomDoesNotWaitForTheLinger() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer(
                "p",
                SETTINGS.withMaxBufferedBytes(100)
                        .withLinger(Duration.ofMinutes(1))
                        .withMaxBlock(PATIENCE));

        IntStream.range(0, 50).forEach(i -> producer.append("message " + i));
        producer.close().block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).hasSize(50);
    }

    @Test
    void closingTheStreamTwiceAtOnceIsClosingItOnce() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p");
        producer.append("a");

        List<CompletableFuture<?>> closing = IntStream.range(0, 8)
                .<CompletableFuture<?>>mapToObj(i ->
                        i % 2 == 0 ? producer.closeStream("last").toFuture() : CompletableFuture.completedFuture(null))
                .toList();
        producer.close().block(PATIENCE);

        assertThat(closing).allMatch(future -> future.isDone() && !future.isCompletedExceptionally());
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("a", "last");
    }

    /** Real HTTP in which a HEAD waits for something to end. */
    private static StreamTransport headAfter(Mono<Void> end) {
        FaultyTransport http = new FaultyTransport(request -> FaultyTransport.Fault.NONE);
        return new StreamTransport() {
            @Override
            public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                Flux<T> exchange = http.exchange(request, handler);
                return request.method() == HttpMethod.HEAD ? exchange.delaySubscription(end) : exchange;
            }
        };
    }

    /** Answers POST requests itself for as long as it is told to. */
    private static StreamTransport answering(int status, HttpHeaders headers, AtomicBoolean itself) {
        FaultyTransport http = new FaultyTransport(request -> FaultyTransport.Fault.NONE);
        return new StreamTransport() {
            @Override
            public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                return itself.get() && request.method() == HttpMethod.POST
                        ? Flux.defer(() -> handler.apply(new Answer(status, headers, Flux.empty())))
                        : http.exchange(request, handler);
            }
        };
    }

    @Test
    void closingTheStreamFirstOfAllTakesItForWhatItIs() {
        IdempotentProducer producer =
                unlearned(server.newStream(StreamSpec.json())).producer("p");

        producer.closeStream().block(PATIENCE);

        assertThatThrownBy(() -> producer.append(List.of(1))).isInstanceOf(ProducerClosedException.class);
        assertThatThrownBy(() -> producer.send(List.of(1)).block(PATIENCE)).isInstanceOf(ProducerClosedException.class);
    }
}
