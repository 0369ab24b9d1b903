package io.durablestreams.client;

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

import io.durablestreams.protocol.Backoff;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that append more than the buffer holds, so that they wait for room, to a server that fails now and then. The
 * simulation cannot have them, because its only thread must not block.
 */
@Tag("sockets")
class ProducerBlockedThreadsTest {

    private static final int THREADS = 6;
    private static final int MESSAGES = 200;

    /** The length of each message. */
    private static final int DIGITS = 5;

    private static final int LIMIT = 12 * DIGITS;

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final ProducerModel stream = new ProducerModel();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger acceptedMessages = new AtomicInteger();
    private final AtomicLong mostBuffered = new AtomicLong();
    private final AtomicLong mostUnstored = new AtomicLong();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private DurableStreamClient client;

    @AfterEach
    void disconnect() {
        client.dispose();
    }

    private IdempotentProducer producer(Duration maxBlock) {
        server.thenAlways(THREADS * MESSAGES, this::serve);
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
                                .withMaxBufferedBytes(LIMIT)
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
        List<CompletableFuture<List<Integer>>> threads = IntStream.rangeClosed(1, THREADS)
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
        for (int i = 0; i < MESSAGES; i++) {
            int message = thread * 10_000 + i;
            if (interrupted && i % 7 == 0) {
                Thread.currentThread().interrupt();
            }
            try {
                producer.append(message);
                accepted.add(message);
                // Read in this order: what is stored in between makes it less, and never more.
                int acceptedByAll = acceptedMessages.incrementAndGet();
                mostUnstored.accumulateAndGet(
                        (long) DIGITS * (acceptedByAll - stream.stored().size()), Math::max);
            } catch (ProducerBufferFullException full) {
                assertThat(full).hasMessageContaining("maxBufferedBytes (" + LIMIT + ")");
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
        for (int thread = 1; thread <= THREADS; thread++) {
            int mine = thread;
            assertThat(stored.stream()
                            .filter(message -> message / 10_000 == mine)
                            .toList())
                    .as("thread %d", thread)
                    .isEqualTo(accepted.get(thread - 1));
        }
        assertThat(failures).isEmpty();
        assertThat(mostBuffered).hasPositiveValue().hasValueLessThanOrEqualTo(LIMIT);
        assertThat(mostUnstored).hasPositiveValue().hasValueLessThanOrEqualTo(LIMIT);
    }

    @Test
    void whoWaitsLongEnoughGetsRoom() throws Exception {
        IdempotentProducer producer = producer(PATIENCE);

        List<List<Integer>> accepted = appendEverything(producer, false);
        producer.close().block(PATIENCE);

        assertThat(accepted).allSatisfy(mine -> assertThat(mine).hasSize(MESSAGES));
        assertStoredOnceAndInOrder(accepted);
    }

    /** Some give up at the moment at which they get room: then they are told that they have it. */
    @Test
    void whoGivesUpHasStoredNothing() throws Exception {
        IdempotentProducer producer = producer(Duration.ofMillis(2));

        List<List<Integer>> accepted = appendEverything(producer, true);
        producer.close().block(PATIENCE);

        assertThat(accepted).anySatisfy(mine -> assertThat(mine).hasSizeLessThan(MESSAGES));
        assertStoredOnceAndInOrder(accepted);
    }
}
