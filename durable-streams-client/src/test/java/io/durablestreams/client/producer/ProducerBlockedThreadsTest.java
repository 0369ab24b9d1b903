package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that append more than the buffer holds, so that they wait for room, to a server that fails now and then. The
 * simulation cannot have them, because its only thread must not block.
 */
@Tag("sockets")
class ProducerBlockedThreadsTest {

    /** How many messages the buffer holds. */
    private static final int ROOM = 12;

    /** The length of the number that each message begins with. */
    private static final int DIGITS = 5;

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final ProducerModel stream = new ProducerModel();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger acceptedMessages = new AtomicInteger();
    private final AtomicLong mostBuffered = new AtomicLong();
    private final AtomicLong mostUnstored = new AtomicLong();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private Load load = Load.MANY_SMALL;
    private DurableStreamClient client;

    /**
     * What is appended.
     *
     * @param threads how many threads append
     * @param messages how many messages each of them appends
     * @param length the length of each message
     */
    private record Load(int threads, int messages, int length) {

        static final Load MANY_SMALL = new Load(6, 200, DIGITS);
        static final Load MANY_THREADS = new Load(32, 20, 10_000);

        int limit() {
            return ROOM * length;
        }

        /** A message with a number: JSON, of one length. */
        Object message(int number) {
            return length == DIGITS
                    ? number
                    : RawJson.of('"' + Integer.toString(number) + "x".repeat(length - DIGITS - 2) + '"');
        }
    }

    @AfterEach
    void disconnect() {
        client.dispose();
    }

    private IdempotentProducer producer(Duration maxBlock) {
        server.thenAlways(load.threads() * load.messages(), this::serve);
        client = DurableStreamClient.builder()
                .producerMetrics(new ProducerMetricsRecorder() {
                    @Override
                    public void buffered(URI url, String producerId, long bytes) {
                        mostBuffered.accumulateAndGet(bytes, Math::max);
                    }
                })
                .build();
        return client.stream(server.url())
                .withContentType("application/json")
                .producer(
                        "p",
                        ProducerSettings.DEFAULT
                                .withLinger(Duration.ZERO)
                                .withMaxInFlight(1)
                                .withMaxBufferedBytes(load.limit())
                                .withMaxBlock(maxBlock)
                                .withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), 2)),
                        (cause, lost) -> failures.add(cause));
    }

    /** Every third request fails, whether it has stored something or not. */
    private String serve(String request) {
        int number = requests.incrementAndGet();
        String answer = number % 6 == 0 ? "" : stream.serve(request);
        return number % 3 == 0 ? ProducerModel.BUSY : answer;
    }

    /** Appends from all threads; returns what was accepted, by thread and in its order. */
    private List<List<Integer>> appendEverything(IdempotentProducer producer, boolean interrupted) throws Exception {
        List<CompletableFuture<List<Integer>>> threads = IntStream.rangeClosed(1, load.threads())
                .mapToObj(thread -> CompletableFuture.supplyAsync(
                        () -> append(producer, thread, interrupted), command -> new Thread(command).start()))
                .toList();
        List<List<Integer>> accepted = new ArrayList<>();
        for (CompletableFuture<List<Integer>> thread : threads) {
            accepted.add(thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return accepted;
    }

    private List<Integer> append(IdempotentProducer producer, int thread, boolean interrupted) {
        List<Integer> accepted = new ArrayList<>();
        for (int i = 0; i < load.messages(); i++) {
            int message = thread * 10_000 + i;
            if (interrupted && i % 7 == 0) {
                Thread.currentThread().interrupt();
            }
            try {
                producer.append(load.message(message));
                accepted.add(message);
                // Read in this order: what is stored in between makes it less, and never more.
                int acceptedByAll = acceptedMessages.incrementAndGet();
                mostUnstored.accumulateAndGet(
                        (long) load.length() * (acceptedByAll - stream.stored().size()), Math::max);
            } catch (ProducerBufferFullException full) {
                assertThat(full).hasMessageContaining("maxBufferedBytes (" + load.limit() + ")");
            }
            Thread.interrupted();
        }
        return accepted;
    }

    private void assertStoredOnceAndInOrder(List<List<Integer>> accepted) {
        List<Integer> stored = stream.stored();
        assertThat(stored)
                .containsExactlyInAnyOrderElementsOf(
                        accepted.stream().flatMap(List::stream).toList());
        for (int thread = 1; thread <= load.threads(); thread++) {
            int mine = thread;
            assertThat(stored.stream()
                            .filter(message -> message / 10_000 == mine)
                            .toList())
                    .as("thread %d", thread)
                    .isEqualTo(accepted.get(thread - 1));
        }
        assertThat(failures).isEmpty();
        assertThat(mostBuffered).hasPositiveValue().hasValueLessThanOrEqualTo(load.limit());
        assertThat(mostUnstored).hasPositiveValue().hasValueLessThanOrEqualTo(load.limit());
    }

    @Test
    void whoWaitsLongEnoughGetsRoom() throws Exception {
        IdempotentProducer producer = producer(PATIENCE);

        List<List<Integer>> accepted = appendEverything(producer, false);
        producer.close().block(PATIENCE);

        assertThat(accepted).allSatisfy(mine -> assertThat(mine).hasSize(load.messages()));
        assertStoredOnceAndInOrder(accepted);
    }

    /** More threads than the buffer holds messages: of those that find the same room, one gets it. */
    @Test
    void manyThreadsWithLargeMessagesShareTheRoom() throws Exception {
        load = Load.MANY_THREADS;
        IdempotentProducer producer = producer(PATIENCE);

        List<List<Integer>> accepted = appendEverything(producer, false);
        producer.close().block(PATIENCE);

        assertThat(accepted).allSatisfy(mine -> assertThat(mine).hasSize(load.messages()));
        assertStoredOnceAndInOrder(accepted);
    }

    /** Some give up at the moment at which they get room: then they are told that they have it. */
    @Test
    void whoGivesUpHasStoredNothing() throws Exception {
        IdempotentProducer producer = producer(Duration.ofMillis(2));

        List<List<Integer>> accepted = appendEverything(producer, true);
        producer.close().block(PATIENCE);

        assertThat(accepted).anySatisfy(mine -> assertThat(mine).hasSizeLessThan(load.messages()));
        assertStoredOnceAndInOrder(accepted);
    }
}
