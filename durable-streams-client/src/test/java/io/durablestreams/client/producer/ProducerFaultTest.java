package io.durablestreams.client.producer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamTimeoutException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.FaultyNetwork;
import io.durablestreams.client.fixture.FaultyNetwork.Fault;
import io.durablestreams.client.fixture.RawRequest;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Producers on a real server, over sockets that lose requests and answers. */
@Tag("sockets")
class ProducerFaultTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    private static final Backoff QUICK = new Backoff(Duration.ofMillis(2), Duration.ofMillis(10), 2);

    private static final ProducerSettings SETTINGS =
            ProducerSettings.DEFAULT.withBackoff(QUICK).withRequestTimeout(Duration.ofMillis(50));

    private DurableStream over(DurableStream stream, Function<RawRequest, Fault> faults) {
        return network.over(stream, faults);
    }

    private DurableStream over(
            DurableStream stream, Function<RawRequest, Fault> faults, RequestSettings requestSettings) {
        return network.over(stream, faults, DurableStreamClient.builder().requestSettings(requestSettings));
    }

    /** Each of the first requests meets the fault, as many as given. */
    private static Function<RawRequest, Fault> first(int count, Fault fault) {
        AtomicInteger seen = new AtomicInteger();
        return request -> seen.getAndIncrement() < count ? fault : Fault.NONE;
    }

    static List<Fault> passingFaults() {
        return Fault.passing();
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
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
        List<Fault> faults = Fault.passing();
        DurableStream faulty = over(stream, request -> {
            synchronized (random) {
                return random.nextInt(4) == 0 ? faults.get(random.nextInt(faults.size())) : Fault.NONE;
            }
        });
        IdempotentProducer producer =
                faulty.producer("p", SETTINGS.withMaxBatchItems(5).withMaxInFlight(1 + random.nextInt(8)));

        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 150)
                .mapToObj(i -> producer.send(i).toFuture())
                .toList();
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, 150).boxed().toList());
        assertThat(receipts).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aBurstCostsNothing() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream faulty = network.over(stream, first(20, Fault.BUSY), new SkippedTime().client());
        IdempotentProducer producer = faulty.producer(
                "p", ProducerSettings.DEFAULT.withMaxBatchItems(1).withDeliveryTimeout(Duration.ofMinutes(10)));

        IntStream.range(0, 30).forEach(producer::append);
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(0, 30).boxed().toList());
    }

    @Test
    void aServerThatNeverRecoversFailsEveryMessageWithinTheDeliveryTimeout() {
        DurableStream stream = server.newStream(StreamSpec.json());
        SkippedTime time = new SkippedTime();
        CountDownLatch appended = new CountDownLatch(1);
        DurableStream dead = network.over(
                stream,
                request -> {
                    await(appended); // Or time would pass between the messages.
                    return Fault.BUSY;
                },
                time.client());
        Map<String, Throwable> reported = new ConcurrentHashMap<>();
        IdempotentProducer producer = dead.producer(
                "p",
                ProducerSettings.DEFAULT.withMaxBatchItems(2),
                (cause, messages) -> messages.forEach(message -> reported.put(new String(message), cause)));

        IntStream.range(0, 10).forEach(producer::append);
        appended.countDown();
        assertThatThrownBy(() -> producer.close().block(PATIENCE))
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining(stream.url().getPath());

        // Those behind fail first if the deadline comes while an attempt of the first is under way.
        assertThat(reported)
                .containsOnlyKeys("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
                .allSatisfy((message, cause) -> assertThat(cause)
                        .isInstanceOf(DeliveryTimeoutException.class)
                        .hasMessageContaining("503"));
        assertThat(time.now(TimeUnit.SECONDS)).isEqualTo(120);
    }

    @Test
    void aServerThatDoesNotListenIsFoundWhenItDoes() throws IOException {
        DurableStream stream = server.newStream(StreamSpec.json());
        int port = network.refuse();
        AtomicInteger attempts = new AtomicInteger();
        DurableStream distant = network.over(
                stream, request -> Fault.NONE, DurableStreamClient.builder().header("x-attempt", () -> {
                    if (attempts.incrementAndGet() == 4) {
                        letThrough(port);
                    }
                    return "1";
                }));

        distant.withContentType("application/json")
                .producer("p", SETTINGS)
                .send("m")
                .block(PATIENCE);

        assertThat(attempts).hasValueGreaterThanOrEqualTo(4);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("m");
    }

    private void letThrough(int port) {
        try {
            network.letThrough(port);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void batchesThatArriveOutOfOrderAreSentAgainBehindTheMissingOne() {
        DurableStream stream = server.newStream(StreamSpec.json());
        List<String> sent = new CopyOnWriteArrayList<>();
        CompletableFuture<String> refused = new CompletableFuture<>();
        network.watch((request, answer) -> {
            if (answer.startsWith("HTTP/1.1 409")) {
                refused.complete(request.number());
            }
        });
        DurableStream disordered = over(stream, request -> {
            sent.add(request.number());
            if (request.number().equals("0/1")) {
                Mono.fromFuture(refused).block(PATIENCE);
            }
            return Fault.NONE;
        });
        IdempotentProducer producer = disordered.producer(
                "p", ProducerSettings.DEFAULT.withMaxBatchItems(1).withMaxInFlight(4));

        producer.send(0).block(PATIENCE);
        IntStream.range(1, 10).forEach(producer::append);
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(0, 10).boxed().toList());
        assertThat(sent)
                .containsOnlyOnce("0/1")
                .filteredOn(refused.getNow("none")::equals)
                .hasSizeGreaterThan(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void waitsAsLongAsTheServerAsks() {
        DurableStream stream = server.newStream(StreamSpec.json());
        SkippedTime time = new SkippedTime();
        DurableStream busy =
                network.over(stream, first(1, Fault.answer("429 Too Many Requests", "Retry-After: 7")), time.client());

        busy.producer("p", ProducerSettings.DEFAULT.withLinger(Duration.ZERO))
                .send("m")
                .block(PATIENCE);

        assertThat(time.waits()).containsExactly(Duration.ofSeconds(7));
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("m");
    }

    @Test
    void failsAtOnceIfTheServerAsksForAWaitBeyondTheDeadline() {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicInteger attempts = new AtomicInteger();
        DurableStream busy = over(stream, request -> {
            attempts.incrementAndGet();
            return Fault.answer("503 Service Unavailable", "Retry-After: 3600");
        });

        // The second handle learns the content type first.
        for (DurableStream known : List.of(busy.withContentType("application/json"), busy)) {
            attempts.set(0);
            long begin = System.nanoTime();
            assertThatThrownBy(() -> known.producer("p", ProducerSettings.DEFAULT.withDeliveryTimeout(PATIENCE))
                            .send("m")
                            .block(PATIENCE))
                    .isInstanceOf(DeliveryTimeoutException.class)
                    .hasMessageContaining("asks for a")
                    .hasMessageContaining("PT1H")
                    .hasMessageContaining("503");
            assertThat(attempts).hasValue(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE.dividedBy(2));
        }
    }

    @Test
    void anAnswerThatIsNotAStreamServersAcknowledgesNothing() {
        DurableStream stream = server.newStream(StreamSpec.json());
        for (String status : List.of("200 OK", "204 No Content")) {
            Fault answer = Fault.answer(status, "Content-Type: text/html");
            DurableStream proxy = network.over(stream, request -> answer, new SkippedTime().client());

            assertThatThrownBy(() -> proxy.producer("p").send("swallowed").block(PATIENCE))
                    .isInstanceOf(DeliveryTimeoutException.class)
                    .hasCauseInstanceOf(StreamProtocolException.class);
        }
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProducerGoesOnAfterAnOutageLongerThanTheDeliveryTimeout(boolean stored) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Fault fault = stored ? Fault.RESET_AFTER_STORING : Fault.RESET_BEFORE_STORING;
        DurableStream faulty = network.over(
                stream, request -> request.body().contains("during") ? fault : Fault.NONE, new SkippedTime().client());
        IdempotentProducer producer = faulty.producer("p");

        producer.send("before").block(PATIENCE);
        assertThatThrownBy(() -> producer.send("during").block(PATIENCE)).isInstanceOf(DeliveryTimeoutException.class);
        producer.send("after").block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE))
                .isEqualTo(stored ? List.of("before", "during", "after") : List.of("before", "after"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFirstMessageOfUnknownOutcomeStopsNobody(boolean autoClaim) {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream faulty = network.over(
                stream,
                request -> request.body().contains("during") ? Fault.RESET_AFTER_STORING : Fault.NONE,
                new SkippedTime().client());
        IdempotentProducer producer = faulty.producer("p", ProducerSettings.DEFAULT.withAutoClaim(autoClaim));

        assertThatThrownBy(() -> producer.send("during").block(PATIENCE)).isInstanceOf(DeliveryTimeoutException.class);
        producer.send("after").block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("during", "after");
    }

    @Test
    void poisonFailsItsOwnMessagesAndThoseBehindGoOn() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(0).block(PATIENCE);
        DurableStream poisoned = over(
                stream, request -> request.body().contains("poison") ? Fault.answer("400 Bad Request") : Fault.NONE);
        IdempotentProducer producer = poisoned.producer("p", SETTINGS.withMaxBatchItems(1));

        List<CompletableFuture<AppendReceipt>> receipts = new ArrayList<>();
        for (Object message : Arrays.asList(1, "poison", 3, 4, 5, 6, 7)) {
            receipts.add(producer.send(message).toFuture());
        }
        producer.flush().onErrorComplete().block(PATIENCE);

        assertThat(receipts.get(1)).isCompletedExceptionally();
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(0, 1, 3, 4, 5, 6, 7);
    }

    @Test
    void aRetryCarriesTheSameNumberAndTheSameBytes() {
        DurableStream stream = server.newStream(StreamSpec.json());
        List<String> attempts = new CopyOnWriteArrayList<>();
        Function<RawRequest, Fault> lossy = first(2, Fault.RESET_BEFORE_STORING);
        DurableStream faulty = over(stream, request -> {
            attempts.add(request.number() + " " + request.body());
            return lossy.apply(request);
        });

        faulty.producer("p", SETTINGS.withLinger(Duration.ZERO)).send("m").block(PATIENCE);

        assertThat(attempts).containsExactly("0/0 [\"m\"]", "0/0 [\"m\"]", "0/0 [\"m\"]");
    }

    @Test
    void aClosingAppendWhoseAnswerIsLostClosesOnce() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream faulty = over(stream, first(1, Fault.RESET_AFTER_STORING));

        faulty.producer("p", SETTINGS).closeStream("last").block(PATIENCE);

        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("last");
    }

    @Test
    void aFullBufferIsToldAtOnceToAThreadThatMustNotBlock() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream silent = over(stream, request -> Fault.SILENCE_BEFORE_STORING);
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

    @Test
    void anOutageFailsAllThatHaveWaitedForRoomForTooLongTogether() throws Exception {
        DurableStream stream = server.newStream(StreamSpec.json());
        SkippedTime time = new SkippedTime();
        Semaphore requests = new Semaphore(0);
        DurableStream silent = network.over(
                stream,
                request -> {
                    requests.release();
                    return Fault.SILENCE_BEFORE_STORING;
                },
                time.client());
        IdempotentProducer producer = silent.producer(
                "p", ProducerSettings.DEFAULT.withMaxBufferedBytes(20).withRequestTimeout(SkippedTime.A_DAY));

        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 20)
                .mapToObj(i -> producer.send("message " + i).toFuture())
                .toList();
        assertThat(requests.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        time.pass(ProducerSettings.DEFAULT.delivery().deliveryTimeout());

        assertThat(CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(DeliveryTimeoutException.class);
        assertThat(receipts).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(requests.availablePermits()).as("further requests").isZero();
    }

    private static void fill(IdempotentProducer producer) {
        IntStream.range(0, 100).forEach(i -> producer.append("message " + i));
    }

    @Test
    void aPlainAppendIsNotRepeatedWhenItsAnswerIsLost() {
        DurableStream stream = server.newStream(StreamSpec.json());

        assertThatThrownBy(() -> over(stream, first(1, Fault.RESET_AFTER_STORING))
                        .append("once")
                        .block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining(stream.url().getPath());
        assertThatThrownBy(() -> over(stream, first(1, Fault.BAD_GATEWAY_AFTER_STORING))
                        .append("twice")
                        .block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class);
        over(stream, first(1, Fault.answer("429 Too Many Requests", "Retry-After: 0")))
                .append("three")
                .block(PATIENCE);
        over(stream, first(1, Fault.answer("503 Service Unavailable", "Retry-After: 0")))
                .append("four")
                .block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE))
                .containsExactly("once", "twice", "three", "four");
    }

    @Test
    void aSilentServerIsToldFromABrokenConnection() {
        DurableStream stream = server.newStream(StreamSpec.json());
        RequestSettings impatient = RequestSettings.DEFAULT.withTimeout(Duration.ofMillis(50));

        assertThatThrownBy(() -> over(stream, first(1, Fault.RESET_AFTER_STORING))
                        .append("reset")
                        .block(PATIENCE))
                .cause()
                .isExactlyInstanceOf(TransientStreamException.class);
        // Without a HEAD, which could take longer than the timeout on a busy machine.
        assertThatThrownBy(() -> over(stream, first(1, Fault.SILENCE_BEFORE_STORING), impatient)
                        .withContentType("application/json")
                        .append("silence")
                        .block(PATIENCE))
                .hasCauseInstanceOf(StreamTimeoutException.class);
    }

    @Test
    void aPlainAppendThatMayBeStoredTwiceIsRepeated() {
        DurableStream stream = server.newStream(StreamSpec.json());
        RequestSettings atLeastOnce = RequestSettings.DEFAULT.withBackoff(QUICK).withAppendAtLeastOnce(true);

        over(stream, first(2, Fault.RESET_AFTER_STORING), atLeastOnce)
                .append("lost")
                .block(PATIENCE);
        over(stream, first(1, Fault.BAD_GATEWAY_AFTER_STORING), atLeastOnce)
                .closeStream("last")
                .onErrorComplete(StreamClosedException.class)
                .block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE))
                .containsExactly("lost", "lost", "lost", "last");
    }

    @Test
    void aDeletionWhoseAnswerIsLostHasSucceeded() {
        DurableStream stream = server.newStream(StreamSpec.json());

        over(stream, first(1, Fault.RESET_AFTER_STORING)).delete().block(PATIENCE);

        assertThatThrownBy(() -> stream.head().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void closingUnderLoadDeliversWhatWasAcceptedAndRefusesTheRest() throws Exception {
        DurableStream stream = server.newStream(StreamSpec.json());
        AtomicInteger seen = new AtomicInteger();
        DurableStream faulty =
                over(stream, request -> seen.incrementAndGet() % 5 == 0 ? Fault.RESET_AFTER_STORING : Fault.NONE);
        IdempotentProducer producer =
                faulty.producer("p", SETTINGS.withMaxBatchItems(10).withMaxBufferedBytes(500));
        Queue<Integer> accepted = new ConcurrentLinkedQueue<>();
        CountDownLatch underLoad = new CountDownLatch(200);
        List<CompletableFuture<Void>> writers = IntStream.range(0, 4)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    try {
                        for (int message = writer; ; message += 4) {
                            producer.append(message);
                            accepted.add(message);
                            underLoad.countDown();
                        }
                    } catch (ProducerClosedException closed) {
                        // The end of the load.
                    }
                }))
                .toList();

        await(underLoad);
        producer.close().block(PATIENCE);
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .containsExactlyInAnyOrderElementsOf(accepted);
    }
}
