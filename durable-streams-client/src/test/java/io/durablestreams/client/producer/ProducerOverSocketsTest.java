package io.durablestreams.client.producer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.RawRequest;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Producers against a server of plain sockets that follows the protocol, and loses requests and answers. */
@Tag("sockets")
class ProducerOverSocketsTest {

    private static final int MESSAGES = 600;

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final ProducerModel stream = new ProducerModel();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void storesEverythingOnceAndInOrderWhateverIsLost(long seed) {
        Random random = new Random(seed);
        server.thenPlay(MESSAGES, connection -> serve(connection, random));
        DurableStreamClient client = DurableStreamClient.create(server.url());
        IdempotentProducer producer = client.stream(server.url())
                .withContentType("application/json")
                .producer(
                        "p",
                        ProducerSettings.DEFAULT
                                .withMaxBatchItems(5)
                                .withBackoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(20), 2)));

        List<AppendReceipt> receipts =
                producer.sendAll(Flux.range(0, MESSAGES)).collectList().block(PATIENCE);
        client.dispose();

        assertThat(stream.stored())
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, MESSAGES).boxed().toList());
        assertThat(receipts)
                .hasSize(MESSAGES)
                .extracting(AppendReceipt::outcome)
                .contains(AppendReceipt.Outcome.STORED, AppendReceipt.Outcome.DUPLICATE)
                .doesNotContain(AppendReceipt.Outcome.POSSIBLY_REPEATED);
    }

    private void serve(FaultServer.Connection connection, Random random) throws IOException {
        for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
            switch (chance(random)) {
                case 0 -> {
                    connection.reset();
                    return;
                }
                case 1 -> {
                    stream.serve(request);
                    connection.reset();
                    return;
                }
                case 2 -> {
                    connection.write(stream.serve(request).substring(0, 30));
                    connection.reset();
                    return;
                }
                case 3 -> connection.write(ProducerModel.BUSY);
                case 4 -> {
                    stream.serve(request);
                    connection.write(ProducerModel.BUSY);
                }
                default -> connection.write(stream.serve(request));
            }
        }
    }

    /** Serves all requests once it may, and forgets the producer when it has got this far. */
    private void forgetAt(String number, CountDownLatch mayServe) {
        AtomicBoolean forgotten = new AtomicBoolean();
        server.thenAlways(20, request -> {
            await(mayServe);
            if (new RawRequest(request).number().equals(number) && forgotten.compareAndSet(false, true)) {
                stream.forget();
            }
            return stream.serve(request);
        });
    }

    private IdempotentProducer forgotten(DurableStreamClient client, boolean autoClaim) {
        return client.stream(server.url())
                .withContentType("application/json")
                .producer("p", ProducerSettings.DEFAULT.withMaxBatchItems(1).withAutoClaim(autoClaim));
    }

    @Test
    void lostStateIsClaimedAndTheRestGoesOutInOrder() {
        forgetAt("0/5", new CountDownLatch(0));
        DurableStreamClient client = DurableStreamClient.create(server.url());

        List<AppendReceipt> receipts =
                forgotten(client, true).sendAll(Flux.range(0, 20)).collectList().block(PATIENCE);
        client.dispose();

        assertThat(stream.stored()).isEqualTo(IntStream.range(0, 20).boxed().toList());
        assertThat(receipts)
                .last()
                .extracting(receipt -> receipt.sequence().epoch())
                .isEqualTo(1L);
    }

    @Test
    void lostStateFailsWhatIsNotStored() {
        CountDownLatch appended = new CountDownLatch(1);
        forgetAt("0/5", appended);
        DurableStreamClient client = DurableStreamClient.create(server.url());
        IdempotentProducer producer = forgotten(client, false);

        // All are accepted before the producer can learn that it has to stop, and refuse the rest.
        IntStream.range(0, 20).forEach(producer::append);
        appended.countDown();
        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(ProducerSequenceGapException.class);
        assertThatThrownBy(() -> producer.send(20).block(PATIENCE)).isInstanceOf(ProducerSequenceGapException.class);
        client.dispose();

        assertThat(stream.stored())
                .hasSizeLessThanOrEqualTo(5)
                .isEqualTo(IntStream.range(0, stream.stored().size()).boxed().toList());
    }

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

    @Test
    void aMessageThatCannotBeWrittenFailsAloneWhileTheContentTypeIsBeingLearned() {
        CountDownLatch appended = new CountDownLatch(1);
        server.thenPlay(5, connection -> {
            for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
                if (request.startsWith("HEAD")) {
                    await(appended);
                    connection.write(answer("a", ""));
                    return;
                }
                connection.write(stream.serve(request));
            }
        });
        DurableStreamClient client = DurableStreamClient.create(server.url());
        List<String> reported = new CopyOnWriteArrayList<>();
        IdempotentProducer producer = client.stream(server.url())
                .producer("p", null, (cause, messages) -> messages.forEach(bytes -> reported.add(new String(bytes))));

        producer.append(1);
        producer.append(RawJson.of("{bad"));
        assertThatThrownBy(() -> producer.append(new Broken()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasRootCauseInstanceOf(AssertionError.class);
        producer.append(2);
        appended.countDown();

        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        client.dispose();
        assertThat(reported).containsExactly("{bad");
        assertThat(stream.stored()).containsExactly(1, 2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    record Wrapped(@JsonRawValue String json, int number) {}

    @Test
    void rawJsonThatWouldBreakOutOfItsMessageIsRefusedBeforeItIsSent() {
        server.thenAlways(5, stream::serve);
        DurableStreamClient client = DurableStreamClient.create(server.url());
        IdempotentProducer producer =
                client.stream(server.url()).withContentType("application/json").producer("p");

        producer.append(1);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> producer.send(new Wrapped("7},{\"number\":8", 9)).block(PATIENCE))
                .withMessageContaining("raw JSON");
        producer.append(2);
        producer.close().block(PATIENCE);
        client.dispose();

        assertThat(stream.stored()).containsExactly(1, 2);
    }

    private static int chance(Random random) {
        synchronized (random) {
            return random.nextInt(20);
        }
    }
}
