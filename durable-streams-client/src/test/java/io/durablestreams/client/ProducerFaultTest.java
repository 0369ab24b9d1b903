package io.durablestreams.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.durablestreams.client.FaultyTransport.Fault;
import io.durablestreams.client.StreamTransport.Request;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.StreamHeaders;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Producers on a real server, over a network that loses requests and answers. */
class ProducerFaultTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private static final Backoff QUICK = new Backoff(Duration.ofMillis(2), Duration.ofMillis(10), 2);

    private static final ProducerSettings SETTINGS =
            ProducerSettings.DEFAULT.withBackoff(QUICK).withRequestTimeout(Duration.ofMillis(100));

    private static DurableStream over(DurableStream stream, Function<Request, Fault> faults) {
        return over(stream, faults, RequestSettings.DEFAULT);
    }

    private static DurableStream over(
            DurableStream stream, Function<Request, Fault> faults, RequestSettings requestSettings) {
        return new DefaultDurableStreamClientBuilder()
                .transport(new FaultyTransport(faults)).requestSettings(requestSettings).build().stream(stream.url());
    }

    /** Each of the first requests meets the fault, as many as given. */
    private static Function<Request, Fault> first(int count, Fault fault) {
        AtomicInteger seen = new AtomicInteger();
        return request -> seen.getAndIncrement() < count ? fault : Fault.NONE;
    }

    @ParameterizedTest
    @EnumSource
    void oneFaultInThePipelineCostsNothing(Fault fault) {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicInteger seen = new AtomicInteger();
        DurableStream faulty = over(stream, request -> seen.incrementAndGet() == 3 ? fault : Fault.NONE);
        IdempotentProducer producer = faulty.producer("p", SETTINGS.withMaxBatchItems(1));

        IntStream.range(0, 30).forEach(producer::append);
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(0, 30).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomFaultsCostNothing(long seed) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Random random = new Random(seed);
        Fault[] faults = Fault.values();
        DurableStream faulty = over(stream, request -> {
            synchronized (random) {
                return random.nextInt(4) == 0 ? faults[random.nextInt(faults.length)] : Fault.NONE;
            }
        });
        IdempotentProducer producer =
                faulty.producer("p", SETTINGS.withMaxBatchItems(5).withMaxInFlight(1 + random.nextInt(8)));

        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 400)
                .mapToObj(i -> producer.send(i).toFuture())
                .toList();
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, 400).boxed().toList());
        assertThat(receipts).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aServerThatNeverRecoversFailsEveryMessageWithinTheDeliveryTimeout() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream dead = over(stream, request -> Fault.ANSWER_503_WITHOUT_STORING);
        List<String> reported = new CopyOnWriteArrayList<>();
        IdempotentProducer producer = dead.producer(
                "p",
                SETTINGS.withDeliveryTimeout(Duration.ofMillis(300)).withMaxBatchItems(2),
                (cause, messages) -> messages.forEach(message -> reported.add(new String(message))));

        IntStream.range(0, 10).forEach(producer::append);
        assertThatThrownBy(() -> producer.close().block(PATIENCE))
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining(stream.url().toString())
                .hasMessageContaining("503");

        assertThat(reported).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @ParameterizedTest
    @EnumSource(names = {"ANSWER_LOST", "LOST_BEFORE_THE_SERVER"})
    void aProducerGoesOnAfterAnOutageLongerThanTheDeliveryTimeout(Fault fault) {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicBoolean outage = new AtomicBoolean();
        DurableStream faulty = over(stream, request -> outage.get() ? fault : Fault.NONE);
        IdempotentProducer producer = faulty.producer("p", SETTINGS.withDeliveryTimeout(Duration.ofSeconds(1)));
        producer.send("before").block(PATIENCE);

        outage.set(true);
        assertThatThrownBy(() -> producer.send("during").block(PATIENCE)).isInstanceOf(DeliveryTimeoutException.class);
        outage.set(false);
        producer.send("after").block(PATIENCE);

        List<String> stored = stream.reader(String.class).collect().block(PATIENCE);
        assertThat(stored)
                .isEqualTo(
                        fault == Fault.ANSWER_LOST ? List.of("before", "during", "after") : List.of("before", "after"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFirstMessageOfUnknownOutcomeStopsNobody(boolean autoClaim) {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicBoolean outage = new AtomicBoolean(true);
        DurableStream faulty = over(stream, request -> outage.get() ? Fault.ANSWER_LOST : Fault.NONE);
        IdempotentProducer producer = faulty.producer(
                "p", SETTINGS.withDeliveryTimeout(Duration.ofSeconds(1)).withAutoClaim(autoClaim));
        assertThatThrownBy(() -> producer.send("during").block(PATIENCE)).isInstanceOf(DeliveryTimeoutException.class);

        outage.set(false);
        producer.send("after").block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("during", "after");
    }

    @Test
    void poisonFailsItsOwnMessagesAndThoseBehindGoOn() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(0).block(PATIENCE);
        // The second batch arrives as something that the server refuses.
        DurableStream poisoned = new DefaultDurableStreamClientBuilder()
                .transport(new PoisoningTransport("\"poison\"")).build().stream(stream.url());
        IdempotentProducer producer = poisoned.producer("p", SETTINGS.withMaxBatchItems(1));

        List<CompletableFuture<AppendReceipt>> receipts = new ArrayList<>();
        for (Object message : Arrays.asList(1, "poison", 3, 4, 5, 6, 7)) {
            receipts.add(producer.send(message).toFuture());
        }
        producer.flush().onErrorComplete().block(PATIENCE);

        assertThat(receipts.get(1)).isCompletedExceptionally();
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(0, 1, 3, 4, 5, 6, 7);
    }

    /** Breaks the body of the requests that carry a certain message. */
    private record PoisoningTransport(String poison) implements StreamTransport {

        @Override
        public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
            Body body = request.body();
            String text = body == null ? "" : new String(body.bytes(), body.offset(), body.length());
            Body sent = text.contains(poison) ? Body.of("[{".getBytes()) : body;
            return new FaultyTransport(any -> Fault.NONE)
                    .exchange(
                            new Request(request.method(), request.url(), request.headers(), sent, request.live()),
                            handler);
        }
    }

    @Test
    void aRetryCarriesTheSameNumberAndTheSameBytes() {
        DurableStream stream = server.newStream(StreamSpec.json());
        List<String> attempts = new CopyOnWriteArrayList<>();
        Function<Request, Fault> lossy = first(2, Fault.LOST_BEFORE_THE_SERVER);
        DurableStream faulty = over(stream, request -> {
            attempts.add(request.headers().getFirst(StreamHeaders.PRODUCER_SEQ)
                    + new String(request.body().bytes(), 0, request.body().length()));
            return lossy.apply(request);
        });

        faulty.producer("p", SETTINGS.withLinger(Duration.ZERO)).send("m").block(PATIENCE);

        assertThat(attempts).containsExactly("0[\"m\"]", "0[\"m\"]", "0[\"m\"]");
    }

    @Test
    void aClosingAppendWhoseAnswerIsLostClosesOnce() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream faulty = over(stream, first(1, Fault.ANSWER_LOST));

        faulty.producer("p", SETTINGS).closeStream("last").block(PATIENCE);

        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("last");
    }

    @Test
    void aFullBufferIsToldAtOnceToAThreadThatMustNotBlock() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream silent = over(stream, request -> Fault.NO_ANSWER_BEFORE_STORING);
        IdempotentProducer producer = silent.withContentType("application/json")
                .producer("p", SETTINGS.withMaxBufferedBytes(40).withMaxBlock(Duration.ofMillis(50)));
        producer.send("warm up").onErrorComplete().subscribe(ignored -> {});

        assertThatThrownBy(() -> fill(producer)).isInstanceOf(ProducerBufferFullException.class);
        StepVerifier.create(Mono.fromRunnable(() -> fill(producer)).subscribeOn(Schedulers.parallel()))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(ProducerBufferFullException.class)
                        .hasMessageContaining("send()"))
                .verify(PATIENCE);
    }

    private static void fill(IdempotentProducer producer) {
        IntStream.range(0, 100).forEach(i -> producer.append("message " + i));
    }

    @Test
    void aPlainAppendIsNotRepeatedWhenItsAnswerIsLost() {
        DurableStream stream = server.newStream(StreamSpec.json());

        assertThatThrownBy(() ->
                        over(stream, first(1, Fault.ANSWER_LOST)).append("once").block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining(stream.url().toString());
        assertThatThrownBy(() -> over(stream, first(1, Fault.ANSWER_502_AFTER_STORING))
                        .append("twice")
                        .block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class);
        over(stream, first(1, Fault.NO_CONNECTION)).append("three").block(PATIENCE);
        over(stream, first(1, Fault.ANSWER_503_WITHOUT_STORING)).append("four").block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE))
                .containsExactly("once", "twice", "three", "four");
    }

    @Test
    void aSilentServerIsToldFromABrokenConnection() {
        DurableStream stream = server.newStream(StreamSpec.json());
        RequestSettings impatient = RequestSettings.DEFAULT.withTimeout(Duration.ofMillis(50));

        assertThatThrownBy(() -> over(stream, first(1, Fault.NO_ANSWER_BEFORE_STORING), impatient)
                        .append("silence")
                        .block(PATIENCE))
                .hasCauseInstanceOf(StreamTimeoutException.class);
        assertThatThrownBy(() -> over(stream, first(1, Fault.ANSWER_LOST))
                        .append("reset")
                        .block(PATIENCE))
                .cause()
                .isExactlyInstanceOf(TransientStreamException.class);
    }

    @Test
    void aPlainAppendThatMayBeStoredTwiceIsRepeated() {
        DurableStream stream = server.newStream(StreamSpec.json());
        RequestSettings atLeastOnce = RequestSettings.DEFAULT.withBackoff(QUICK).withAppendAtLeastOnce(true);

        over(stream, first(2, Fault.ANSWER_LOST), atLeastOnce).append("lost").block(PATIENCE);
        over(stream, first(1, Fault.ANSWER_502_AFTER_STORING), atLeastOnce)
                .close("last")
                .onErrorComplete(StreamClosedException.class)
                .block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE))
                .containsExactly("lost", "lost", "lost", "last");
    }
}
