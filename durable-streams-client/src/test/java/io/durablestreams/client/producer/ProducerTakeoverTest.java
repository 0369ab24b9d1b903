package io.durablestreams.client.producer;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.fixture.FaultyNetwork;
import io.durablestreams.client.fixture.FaultyNetwork.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Producers that lose their stream to somebody else in the middle of a pipeline, over sockets: another incarnation takes
 * their place, or the stream is closed.
 */
@Tag("sockets")
class ProducerTakeoverTest {

    private static final int MESSAGES = 20;
    private static final int OTHER = 1000;

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT
            .withMaxBatchItems(1)
            .withBackoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(10), 2));

    private final DurableStream stream = server.newStream(StreamSpec.json());
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<AppendReceipt>> receipts = new ArrayList<>();

    /** A producer that something happens to when its request of this number is on its way for the first time. */
    private IdempotentProducer producer(ProducerSettings settings, String number, Runnable event) {
        return producer(settings, request -> {
            if (request.equals(number) && sent.stream().filter(number::equals).count() == 1) {
                event.run();
            }
        });
    }

    private IdempotentProducer producer(ProducerSettings settings, Consumer<String> events) {
        DurableStream watched = network.over(stream, request -> {
            sent.add(request.number());
            events.accept(request.number());
            return Fault.NONE;
        });
        return watched.producer("p", settings);
    }

    /** Another incarnation writes under this epoch. */
    private void fence(long epoch) {
        stream.producer("p", ProducerSettings.DEFAULT.withEpoch(epoch))
                .send(OTHER)
                .block(PATIENCE);
    }

    private void sendAll(IdempotentProducer producer) {
        IntStream.range(0, MESSAGES)
                .forEach(message -> receipts.add(producer.send(message).toFuture()));
        producer.flush().onErrorComplete().block(PATIENCE);
    }

    private List<Integer> acknowledged() {
        return IntStream.range(0, MESSAGES)
                .filter(message -> !receipts.get(message).isCompletedExceptionally())
                .boxed()
                .toList();
    }

    private List<Integer> stored() {
        return stream.reader(Integer.class)
                .items()
                .filter(message -> message != OTHER)
                .collectList()
                .block(PATIENCE);
    }

    private static List<Integer> first(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private DurableStreamException failure(int message) {
        return (DurableStreamException)
                receipts.get(message).handle((receipt, failure) -> failure).getNow(null);
    }

    @Test
    void withoutAutoClaimAFenceFailsWhatIsNotStored() {
        sendAll(producer(SETTINGS, "0/5", () -> fence(7)));

        assertThat(acknowledged()).isEqualTo(first(acknowledged().size())).hasSizeLessThanOrEqualTo(5);
        assertThat(stored()).isEqualTo(acknowledged());
        assertThat(failure(MESSAGES - 1))
                .isInstanceOfSatisfying(
                        ProducerFencedException.class,
                        fenced -> assertThat(fenced.currentEpoch()).isEqualTo(7));
        assertThat(sent)
                .as("no more than what was in flight")
                .hasSizeLessThan(MESSAGES)
                .allMatch(number -> number.startsWith("0/"));
    }

    @Test
    void withAutoClaimTheEpochIsClaimedOnceAndTheRestGoesOutInOrder() {
        sendAll(producer(SETTINGS.withAutoClaim(true), "0/5", () -> fence(7)));

        assertThat(acknowledged()).hasSize(MESSAGES);
        assertThat(stored()).isEqualTo(first(MESSAGES));
        assertThat(sent).allMatch(number -> number.startsWith("0/") || number.startsWith("8/"));
        assertThat(sent).containsOnlyOnce("8/0", "8/1");
    }

    @Test
    void aSecondFenceDuringTheClaimIsClaimedAsWell() {
        sendAll(producer(SETTINGS.withAutoClaim(true), number -> {
            if (number.equals("0/5") && sent.stream().filter(number::equals).count() == 1) {
                fence(7);
            }
            if (number.equals("8/0")) {
                fence(9);
            }
        }));

        assertThat(stored()).isEqualTo(first(MESSAGES));
        assertThat(sent).containsOnlyOnce("8/0", "10/0").noneMatch(number -> number.equals("8/1"));
    }

    @Test
    void aFightOverTheEpochIsGivenUp() {
        IdempotentProducer producer = producer(
                SETTINGS.withAutoClaim(true),
                number -> fence(1 + Long.parseLong(number.substring(0, number.indexOf('/')))));

        sendAll(producer);

        assertThat(acknowledged()).isEmpty();
        assertThat(failure(0)).isInstanceOf(ProducerFencedException.class);
        assertThat(stored()).isEmpty();
        assertThat(sent).containsExactly("0/0", "2/0", "4/0", "6/0", "8/0", "10/0");
    }

    @Test
    void aStreamClosedByAnotherWriterFailsWhatIsNotStored() {
        sendAll(producer(SETTINGS, "0/5", () -> stream.closeStream().block(PATIENCE)));

        Offset end = stream.head().block(PATIENCE).nextOffset();
        assertThat(acknowledged()).isEqualTo(first(acknowledged().size())).hasSizeLessThanOrEqualTo(5);
        assertThat(stored()).isEqualTo(acknowledged());
        assertThat(failure(MESSAGES - 1))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isEqualTo(end));
        assertThat(sent).as("no more than what was in flight").hasSizeLessThan(MESSAGES);
    }

    @Test
    void nothingIsSentUnderAnEpochThatCannotBeStored() {
        List<String> recorded = new CopyOnWriteArrayList<>();
        AtomicInteger attempts = new AtomicInteger();
        EpochStore failing = new EpochStore() {
            @Override
            public Mono<Long> next(URI url, String producerId, long least) {
                return Mono.just(least);
            }

            @Override
            public Mono<Void> record(URI url, String producerId, long epoch) {
                return attempts.incrementAndGet() <= 3
                        ? Mono.error(new IOException("disk full"))
                        : Mono.fromRunnable(() -> recorded.addAll(sent));
            }
        };
        DurableStream watched = network.over(
                stream,
                request -> {
                    sent.add(request.number());
                    return Fault.NONE;
                },
                DurableStreamClient.builder().epochStore(failing));
        IdempotentProducer producer = watched.producer("p", SETTINGS.withLinger(Duration.ZERO));
        producer.send(0).block(PATIENCE);
        producer.restart().block(PATIENCE);

        producer.send(1).block(PATIENCE);

        assertThat(attempts).hasValue(4);
        assertThat(recorded).as("before it was stored").containsExactly("0/0");
        assertThat(sent).containsExactly("0/0", "1/0");
    }

    @Test
    void clientsThatShareAFileOfEpochsFenceEachOther(@TempDir Path directory) {
        EpochStore store = EpochStore.file(directory.resolve("epochs"));
        DurableStreamClient.Builder one = DurableStreamClient.builder().epochStore(store);
        EpochStore same = EpochStore.file(directory.resolve("epochs"));
        DurableStreamClient.Builder two = DurableStreamClient.builder().epochStore(same);
        IdempotentProducer before =
                network.over(stream, request -> Fault.NONE, one).producer("p", SETTINGS);
        IdempotentProducer after =
                network.over(stream, request -> Fault.NONE, two).producer("p", SETTINGS);

        assertThat(before.send(0).block(PATIENCE).sequence().epoch()).isZero();
        assertThat(after.send(1).block(PATIENCE).sequence().epoch()).isEqualTo(1);
        assertThatThrownBy(() -> before.send(2).block(PATIENCE)).isInstanceOf(ProducerFencedException.class);
        assertThat(stored()).containsExactly(0, 1);
    }
}
