package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.fixture.FaultyTransport;
import io.durablestreams.client.fixture.FaultyTransport.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.server.handler.ServerSettings;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ProducerMetricsTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer(ServerSettings.DEFAULT.withMaxRequestBytes(100));

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT
            .withLinger(Duration.ofMinutes(1))
            .withMaxBatchBytes(1000)
            .withBackoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(10), 2));

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Long> buffered = new CopyOnWriteArrayList<>();
    private final List<Integer> inFlight = new CopyOnWriteArrayList<>();

    /** Writes down what it hears. */
    private final class Recorder implements ProducerMetricsRecorder {

        @Override
        public void batchStarted(URI url, int messages, int bytes, double fill) {
            heard.add("started " + messages + " of " + bytes + " bytes, fill " + fill);
        }

        @Override
        public void batchSplit(URI url, int messages) {
            heard.add("split " + messages);
        }

        @Override
        public void batchStored(URI url, int messages, int bytes, AppendReceipt.Outcome outcome, Duration latency) {
            assertThat(latency).isPositive().isLessThan(PATIENCE);
            heard.add(outcome + " " + messages + " of " + bytes + " bytes");
        }

        @Override
        public void batchFailed(URI url, int messages, int bytes, DurableStreamException cause) {
            heard.add("failed " + messages + " of " + bytes + " bytes: "
                    + cause.getClass().getSimpleName());
        }

        @Override
        public void messageFailed(URI url, DurableStreamException cause) {
            heard.add("a message failed: " + cause.getClass().getSimpleName());
        }

        @Override
        public void messageRefused(URI url, DurableStreamException cause) {
            heard.add("a message refused: " + cause.getClass().getSimpleName());
        }

        @Override
        public void retrying(URI url, Cause cause) {
            heard.add("retrying " + cause);
        }

        @Override
        public void fenced(URI url, long currentEpoch) {
            heard.add("fenced by " + currentEpoch);
        }

        @Override
        public void gap(URI url, long expectedSeq) {
            heard.add("gap before " + expectedSeq);
        }

        @Override
        public void epochRaised(URI url, long epoch) {
            heard.add("epoch " + epoch);
        }

        @Override
        public void inFlight(URI url, String producerId, int batches) {
            assertThat(producerId).isEqualTo("p");
            inFlight.add(batches);
        }

        @Override
        public void buffered(URI url, String producerId, long bytes) {
            buffered.add(bytes);
        }
    }

    private IdempotentProducer producer(DurableStream stream, ProducerSettings settings, Fault... faults) {
        AtomicInteger requests = new AtomicInteger();
        return TestClients.over(new FaultyTransport(request -> {
                    int index = requests.getAndIncrement();
                    return index < faults.length ? faults[index] : Fault.NONE;
                }))
                .producerMetrics(new Recorder())
                .build()
                .stream(stream.url())
                .withContentType("application/json")
                .producer("p", settings);
    }

    @Test
    void tellsWhatBecomesOfABatch() {
        IdempotentProducer producer = producer(server.newStream(StreamSpec.json()), SETTINGS);

        producer.append(1234);
        producer.append(5678);
        producer.flush().block(PATIENCE);

        assertThat(heard).containsExactly("started 2 of 8 bytes, fill 0.008", "STORED 2 of 8 bytes");
        assertThat(inFlight).containsExactly(1, 0);
        assertThat(buffered).contains(8L).endsWith(0L);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_CONNECTION, NOT_SENT, STORED",
        "ANSWER_LOST, NO_ANSWER, DUPLICATE",
        "NO_ANSWER_BEFORE_STORING, NO_ANSWER, STORED",
        "ANSWER_502_AFTER_STORING, SERVER_ERROR, DUPLICATE"
    })
    void tellsWhyABatchIsSentAgain(Fault fault, ProducerMetricsRecorder.Cause cause, AppendReceipt.Outcome outcome) {
        ProducerSettings impatient = SETTINGS.withRequestTimeout(Duration.ofSeconds(1));
        IdempotentProducer producer = producer(server.newStream(StreamSpec.json()), impatient, Fault.NONE, fault);

        producer.append(1);
        producer.flush().block(PATIENCE);
        heard.clear();
        producer.append(2);
        producer.flush().block(PATIENCE);

        assertThat(heard)
                .containsExactly("started 1 of 1 bytes, fill 0.001", "retrying " + cause, outcome + " 1 of 1 bytes");
    }

    @Test
    void tellsOfFencesAndClaims() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = producer(stream, SETTINGS.withAutoClaim(true));
        stream.producer("p", ProducerSettings.DEFAULT.withEpoch(5))
                .send("intruder")
                .block(PATIENCE);

        producer.append(1);
        producer.flush().block(PATIENCE);

        assertThat(heard)
                .containsExactly(
                        "started 1 of 1 bytes, fill 0.001",
                        "fenced by 5",
                        "retrying FENCED",
                        "epoch 6",
                        "STORED 1 of 1 bytes");
    }

    @Test
    void tellsOfNumbersThatSomebodyElseHasTaken() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = producer(stream, SETTINGS.withAutoClaim(true));
        stream.producer("p").send("intruder").block(PATIENCE);

        producer.append(1);
        producer.flush().block(PATIENCE);

        assertThat(heard)
                .containsExactly(
                        "started 1 of 1 bytes, fill 0.001",
                        "fenced by 0",
                        "retrying FENCED",
                        "epoch 1",
                        "POSSIBLY_REPEATED 1 of 1 bytes");
    }

    @Test
    void ofItsOwnDuplicatesItTellsNothingElse() {
        IdempotentProducer producer =
                producer(server.newStream(StreamSpec.json()), SETTINGS, Fault.NONE, Fault.ANSWER_LOST);
        producer.append(1);
        producer.flush().block(PATIENCE);
        producer.append(2);
        producer.flush().block(PATIENCE);

        assertThat(heard).noneMatch(event -> event.startsWith("fenced")).contains("DUPLICATE 1 of 1 bytes");
    }

    @Test
    void tellsOfGapsAndFailures() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = producer(stream, SETTINGS.withSequence(3));

        producer.append(1);
        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(ProducerSequenceGapException.class);

        assertThat(heard).contains("gap before 0").endsWith("failed 1 of 1 bytes: ProducerSequenceGapException");
        assertThat(inFlight).endsWith(0);
        assertThat(buffered).endsWith(0L);
    }

    @Test
    void tellsOfMessagesThatFailBeforeTheyAreInABatch() {
        DurableStream absent = server.newStream(StreamSpec.json());
        absent.delete().block(PATIENCE);
        IdempotentProducer producer = DurableStreamClient.builder().producerMetrics(new Recorder()).build().stream(
                        absent.url())
                .producer("p", SETTINGS);

        producer.append(1);
        producer.append(2);
        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);

        assertThat(heard)
                .containsExactly(
                        "a message failed: StreamNotFoundException", "a message failed: StreamNotFoundException");
        assertThat(buffered).endsWith(0L);
    }

    @Test
    void tellsOfMessagesThatAreNotAccepted() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = producer(
                stream,
                SETTINGS.withMaxBufferedBytes(1).withMaxBlock(Duration.ZERO).withLinger(Duration.ofMinutes(1)));

        producer.append(1);
        // On a thread that must not block, so that nothing can make room meanwhile.
        Mono<Void> refused = Mono.<Void>fromRunnable(() -> producer.append(2)).subscribeOn(Schedulers.parallel());
        assertThatThrownBy(() -> refused.block(PATIENCE)).isInstanceOf(ProducerBufferFullException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> producer.append("too long for this buffer"));
        producer.close().block(PATIENCE);
        assertThatThrownBy(() -> producer.append(3)).isInstanceOf(ProducerClosedException.class);
        assertThatThrownBy(() -> producer.send(4).block(PATIENCE)).isInstanceOf(ProducerClosedException.class);

        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "started 1 of 1 bytes, fill 0.001",
                        "STORED 1 of 1 bytes",
                        "a message refused: ProducerBufferFullException",
                        "a message refused: ProducerClosedException",
                        "a message refused: ProducerClosedException");
    }

    @Test
    void tellsOfSplits() {
        IdempotentProducer producer = producer(server.newStream(StreamSpec.json()), SETTINGS);
        String half = "x".repeat(60);

        producer.append(half);
        producer.append(half);
        producer.flush().block(PATIENCE);

        assertThat(heard)
                .containsExactly(
                        "started 2 of 124 bytes, fill 0.124",
                        "split 2",
                        "STORED 1 of 62 bytes",
                        "STORED 1 of 62 bytes");
        assertThat(buffered).endsWith(0L);
    }
}
