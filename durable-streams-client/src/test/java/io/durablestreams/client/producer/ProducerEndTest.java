package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.fixture.FaultyNetwork;
import io.durablestreams.client.fixture.FaultyNetwork.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How producers end, over sockets: what stops one for good also stops what comes later, and closing may be tried again. */
@Tag("sockets")
class ProducerEndTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    private final DurableStream stream = server.newStream(StreamSpec.json());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> reported = new CopyOnWriteArrayList<>();

    /** A producer, and what happens before its second request gets to the server. */
    private IdempotentProducer producer(ProducerSettings settings, Runnable event) {
        DurableStream watched = network.over(stream, request -> {
            requests.add(request.number());
            if (requests.size() == 2) {
                event.run();
            }
            return Fault.NONE;
        });
        return watched.producer("p", settings, this::report);
    }

    private void report(Throwable cause, List<byte[]> messages) {
        messages.forEach(message -> reported.add(new String(message)));
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                end(StreamClosedException.class, stream -> stream.closeStream().block(PATIENCE)),
                end(
                        ProducerFencedException.class,
                        stream -> stream.producer("p", ProducerSettings.DEFAULT.withEpoch(7))
                                .send("other")
                                .block(PATIENCE)),
                end(
                        ProducerSequenceGapException.class,
                        stream -> stream.delete()
                                .then(stream.create(StreamSpec.json()))
                                .block(PATIENCE)));
    }

    private static Arguments end(Class<? extends DurableStreamException> failure, Consumer<DurableStream> event) {
        return Arguments.argumentSet(failure.getSimpleName(), failure, event);
    }

    @ParameterizedTest
    @MethodSource("ends")
    void aStoppedProducerRefusesMessagesAtOnceAndWithoutARequest(
            Class<? extends DurableStreamException> failure, Consumer<DurableStream> event) {
        IdempotentProducer producer =
                producer(ProducerSettings.DEFAULT.withMaxBatchItems(1), () -> event.accept(stream));
        producer.send("stored").block(PATIENCE);
        producer.append("outstanding");
        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(failure);

        assertThatThrownBy(() -> producer.append("refused")).isInstanceOf(failure);
        assertThat(producer.send("refused").toFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(failure);
        producer.close().block(PATIENCE);

        assertThat(reported).containsExactly("\"outstanding\"");
        assertThat(requests).containsExactly("0/0", "0/1");
    }

    @Test
    void aRefusalTellsTheFinalOffset() {
        IdempotentProducer producer = producer(
                ProducerSettings.DEFAULT, () -> stream.closeStream("last").block(PATIENCE));
        producer.send("stored").block(PATIENCE);
        producer.send("late").onErrorComplete().block(PATIENCE);

        Offset end = stream.head().block(PATIENCE).nextOffset();
        assertThatThrownBy(() -> producer.append("refused"))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isEqualTo(end));
    }

    @Test
    void whoWaitsForRoomIsLetGo() {
        List<Thread> appenders = new CopyOnWriteArrayList<>();
        IdempotentProducer producer = producer(
                ProducerSettings.DEFAULT.withMaxBatchItems(1).withMaxInFlight(1).withMaxBufferedBytes(20), () -> {
                    awaitWaiting(appenders, 3);
                    stream.closeStream().block(PATIENCE);
                });
        producer.send("stored").block(PATIENCE);

        List<CompletableFuture<AppendReceipt>> senders = IntStream.range(0, 20)
                .mapToObj(i -> producer.send("outstanding").toFuture())
                .toList();
        List<CompletableFuture<Void>> blocked = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.runAsync(() -> producer.append("refused"), task -> {
                    Thread appender = new Thread(task);
                    appenders.add(appender);
                    appender.start();
                }))
                .toList();

        for (CompletableFuture<?> waiting :
                Stream.concat(senders.stream(), blocked.stream()).toList()) {
            assertThat(waiting)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(StreamClosedException.class);
        }
        assertThat(reported).isEmpty();
        assertThat(requests).containsExactly("0/0", "0/1");
    }

    private static void awaitWaiting(List<Thread> threads, int count) {
        Flux.interval(Duration.ofMillis(1))
                .onBackpressureDrop()
                .filter(tick -> threads.stream()
                                .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
                                .count()
                        == count)
                .blockFirst(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCloseWithoutAnAnswerMayBeMadeAgainWhateverBecameOfIt(boolean stored) {
        AtomicBoolean outage = new AtomicBoolean();
        DurableStream faulty = network.over(
                stream,
                request -> {
                    requests.add(request.number() + " " + request.body());
                    return outage.get() ? stored ? Fault.RESET_AFTER_STORING : Fault.RESET_BEFORE_STORING : Fault.NONE;
                },
                new SkippedTime().client());
        IdempotentProducer producer = faulty.producer("p");
        producer.send("a").block(PATIENCE);
        requests.clear();

        outage.set(true);
        assertThatThrownBy(() -> producer.closeStream("last").block(PATIENCE))
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining("closeStream() may be called again");
        outage.set(false);
        Offset end = producer.closeStream("other").block(PATIENCE);

        assertThat(requests).allMatch("0/1 [\"last\"]"::equals);
        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
        assertThat(stream.head().block(PATIENCE).nextOffset()).isEqualTo(end);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("a", "last");
    }

    /** Threads append as fast as they can while somebody else closes the stream. */
    @RepeatedTest(10)
    void everyMessageIsStoredReportedOrRefusedAndOnlyOneOfThem() throws Exception {
        IdempotentProducer producer = stream.producer(
                "p", ProducerSettings.DEFAULT.withMaxBatchItems(5).withMaxBufferedBytes(200), this::report);
        AtomicInteger next = new AtomicInteger();
        List<String> refused = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> appendUntilRefused(producer, next, refused), command -> new Thread(command).start()))
                .toList();
        stream.reader(Integer.class)
                .live(LiveMode.LONG_POLL)
                .items()
                .take(50)
                .then(stream.closeStream())
                .block(PATIENCE);

        for (CompletableFuture<Void> thread : threads) {
            thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        producer.close().onErrorComplete().block(PATIENCE);

        List<String> all = new ArrayList<>(refused);
        all.addAll(reported);
        stream.reader(Integer.class).collect().block(PATIENCE).forEach(stored -> all.add(stored.toString()));
        assertThat(refused).hasSize(4);
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, next.get())
                        .mapToObj(Integer::toString)
                        .toList());
    }

    private static void appendUntilRefused(IdempotentProducer producer, AtomicInteger next, List<String> refused) {
        while (true) {
            int message = next.getAndIncrement();
            try {
                producer.append(message);
            } catch (StreamClosedException closed) {
                refused.add(Integer.toString(message));
                return;
            } catch (RuntimeException other) {
                throw new CompletionException(other);
            }
        }
    }

    /** If both began, the one that ends first would clear the timer that the other's retry needs. */
    @RepeatedTest(50)
    void ofACloseAndACloseOfTheStreamAtTheSameTimeOneHappens() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        IdempotentProducer producer = network.over(
                        stream, request -> seen.add(request.number()) ? Fault.BUSY : Fault.NONE)
                .producer("p", ProducerSettings.DEFAULT.withLinger(Duration.ZERO), this::report);
        producer.append(1);
        CyclicBarrier together = new CyclicBarrier(2);

        CompletableFuture<Void> closed = async(together, producer.close());
        CompletableFuture<Offset> closedStream = async(together, producer.closeStream(2));

        closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        boolean streamIsClosed = closedStream
                .handle((offset, failure) -> {
                    assertThat(failure)
                            .satisfiesAnyOf(
                                    none -> assertThat(none).isNull(),
                                    refused ->
                                            assertThat(refused).hasRootCauseInstanceOf(ProducerClosedException.class));
                    return failure == null;
                })
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(stream.head().block(PATIENCE).closed()).isEqualTo(streamIsClosed);
        assertThat(reported).isEmpty();
    }

    private static <T> CompletableFuture<T> async(CyclicBarrier together, Mono<T> end) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        together.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    } catch (Exception failure) {
                        throw new CompletionException(failure);
                    }
                    return end.block(PATIENCE);
                },
                command -> new Thread(command).start());
    }
}
