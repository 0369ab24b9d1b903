package io.durablestreams.client.producer;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.StreamTransport.Request;
import io.durablestreams.client.fixture.FaultyTransport;
import io.durablestreams.client.fixture.FaultyTransport.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.producer.ClaimPolicy;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The numbers that producers start with, come back with, and go on with. */
class ProducerEpochTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT
            .withLinger(Duration.ZERO)
            .withBackoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(10), 2));

    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Writes down what it is asked, and fails when a test wants it to. */
    private final class LoggingStore implements EpochStore {

        private final EpochStore epochs = EpochStore.inMemory();
        private final AtomicInteger failures = new AtomicInteger();

        @Override
        public Mono<Long> next(URI stream, String producerId, long least) {
            return failing().then(epochs.next(stream, producerId, least)).doOnNext(epoch -> log.add("next " + epoch));
        }

        @Override
        public Mono<Void> record(URI stream, String producerId, long epoch) {
            return failing()
                    .then(Mono.delay(Duration.ofMillis(20)))
                    .then(epochs.record(stream, producerId, epoch))
                    .doOnSuccess(done -> log.add("record " + epoch));
        }

        private Mono<Void> failing() {
            return Mono.defer(
                    () -> failures.getAndDecrement() > 0 ? Mono.error(new IOException("disk full")) : Mono.empty());
        }
    }

    private DurableStream with(EpochStore store, DurableStream stream) {
        return TestClients.over(new FaultyTransport(this::logged)).epochStore(store).build().stream(stream.url());
    }

    private Fault logged(Request request) {
        log.add("send " + request.headers().getFirst(StreamHeaders.PRODUCER_EPOCH) + "/"
                + request.headers().getFirst(StreamHeaders.PRODUCER_SEQ));
        return Fault.NONE;
    }

    private static ProducerSequence sent(IdempotentProducer producer, Object message) {
        return producer.send(message).block(PATIENCE).sequence();
    }

    @Test
    void aWriterThatComesBackStartsAboveItsLastEpoch() {
        DurableStream stream = server.newStream(StreamSpec.json());
        EpochStore store = EpochStore.inMemory();

        for (int life = 0; life < 3; life++) {
            assertThat(sent(with(store, stream).producer("p", SETTINGS), life))
                    .isEqualTo(new ProducerSequence("p", life, 0));
        }
        assertThat(sent(with(store, stream).producer("p", SETTINGS.withEpoch(7)), 7))
                .isEqualTo(new ProducerSequence("p", 7, 0));
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(0, 1, 2, 7);
    }

    @Test
    void aClaimIsStoredBeforeItsFirstRequest() {
        DurableStream stream = server.newStream(StreamSpec.json());
        EpochStore store = new LoggingStore();
        IdempotentProducer producer = with(store, stream).producer("p", SETTINGS.withAutoClaim(true));
        sent(producer, "a");
        sent(stream.producer("p", SETTINGS.withEpoch(4)), "intruder");

        sent(producer, "b");
        sent(producer, "c");

        assertThat(log).containsExactly("next 0", "send 0/0", "send 0/1", "record 5", "send 5/0", "send 5/1");
    }

    @Test
    void nothingIsSentUnderAnEpochThatCannotBeStored() {
        DurableStream stream = server.newStream(StreamSpec.json());
        LoggingStore store = new LoggingStore();
        IdempotentProducer producer = with(store, stream).producer("p", SETTINGS);
        sent(producer, "a");
        producer.restart().block(PATIENCE);

        store.failures.set(3);
        assertThat(sent(producer, "b")).isEqualTo(new ProducerSequence("p", 1, 0));

        assertThat(log).containsExactly("next 0", "send 0/0", "record 1", "send 1/0");
    }

    @Test
    void messagesFailWhileTheFirstEpochIsNotToBeHad() {
        DurableStream stream = server.newStream(StreamSpec.json());
        LoggingStore store = new LoggingStore();
        store.failures.set(1);
        IdempotentProducer producer = with(store, stream).producer("p", SETTINGS);

        assertThatThrownBy(() -> sent(producer, "a"))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("disk full")
                .hasMessageContaining("nothing was sent");
        assertThat(sent(producer, "b")).isEqualTo(new ProducerSequence("p", 0, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4, 1L << 53})
    void messagesFailWhenTheStoreGivesAnEpochThatCannotBeUsed(long epoch) {
        DurableStream stream = server.newStream(StreamSpec.json());
        EpochStore odd = new EpochStore() {
            @Override
            public Mono<Long> next(URI url, String producerId, long least) {
                return Mono.just(epoch);
            }

            @Override
            public Mono<Void> record(URI url, String producerId, long used) {
                return Mono.empty();
            }
        };
        IdempotentProducer producer = with(odd, stream).producer("p", SETTINGS.withEpoch(5));

        producer.append("a");

        assertThatThrownBy(() -> producer.close().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("epoch " + epoch);
        assertThat(log).isEmpty();
    }

    @Test
    void aProducerThatOnlyClosesTheStreamHasAnEpochOfItsOwn() {
        DurableStream stream = server.newStream(StreamSpec.json());
        EpochStore store = EpochStore.inMemory();
        sent(with(store, stream).producer("p", SETTINGS), "a");

        with(store, stream).producer("p", SETTINGS).closeStream().block(PATIENCE);

        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
        assertThat(log).containsExactly("send 0/0", "send 1/0");
    }

    // Sequences.

    @Test
    void aWriterThatKnowsItsNumbersGoesOnBehindThem() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer before = stream.producer("p", SETTINGS.withEpoch(3));
        sent(before, "a");
        sent(before, "b");

        assertThat(sent(stream.producer("p", SETTINGS.withEpoch(3).withSequence(2)), "c"))
                .isEqualTo(new ProducerSequence("p", 3, 2));
        assertThatThrownBy(() -> sent(stream.producer("p", SETTINGS.withEpoch(3).withSequence(9)), "d"))
                .isInstanceOf(ProducerSequenceGapException.class);
        assertThatThrownBy(() -> sent(stream.producer("p", SETTINGS.withEpoch(3).withSequence(1)), "e"))
                .isInstanceOf(ProducerFencedException.class);
    }

    @Test
    void aSequenceAndAStoreDoNotGoTogether() {
        DurableStream stream = with(EpochStore.inMemory(), server.newStream(StreamSpec.json()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.producer("p", SETTINGS.withSequence(5)))
                .withMessageContaining("5")
                .withMessageContaining("EpochStore");
    }

    // Restarts.

    @Test
    void aRestartBeginsTheNextEpoch() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS);
        producer.restart().block(PATIENCE);
        assertThat(sent(producer, "a")).isEqualTo(new ProducerSequence("p", 0, 0));

        producer.restart().block(PATIENCE);

        assertThat(sent(producer, "b")).isEqualTo(new ProducerSequence("p", 1, 0));
        assertThat(sent(producer, "c")).isEqualTo(new ProducerSequence("p", 1, 1));
    }

    @Test
    void aRestartCostsNothingAndReordersNothingOfWhatIsUnderWay() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer =
                stream.producer("p", SETTINGS.withMaxBatchItems(10).withLinger(Duration.ofMillis(5)));
        List<CompletableFuture<AppendReceipt>> receipts = new ArrayList<>();
        List<CompletableFuture<Void>> restarts = new ArrayList<>();

        IntStream.range(0, 500).forEach(i -> {
            receipts.add(producer.send(i).toFuture());
            if (i % 100 == 50) {
                restarts.add(producer.restart().toFuture());
            }
        });
        producer.close().block(PATIENCE);

        assertThat(restarts).allMatch(restart -> restart.isDone() && !restart.isCompletedExceptionally());
        assertThat(receipts)
                .extracting(receipt -> receipt.getNow(null).sequence().epoch())
                .isSorted()
                .startsWith(0L);
        assertThat(receipts).allMatch(receipt -> receipt.getNow(null).outcome() == AppendReceipt.Outcome.STORED);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(0, 500).boxed().toList());
    }

    @Test
    void nothingFollowsTheLastEpoch() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withEpoch(ProducerSequence.MAX_VALUE));
        sent(producer, "a");

        assertThatThrownBy(() -> producer.restart().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("last");
        assertThat(sent(producer, "b")).isEqualTo(new ProducerSequence("p", ProducerSequence.MAX_VALUE, 1));
    }

    @Test
    void aRestartFailsWithAMessageBeforeAndKeepsTheEpoch() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS);
        sent(producer, "a");
        stream.delete().block(PATIENCE);
        producer.append("lost");

        assertThatThrownBy(() -> producer.restart().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);

        stream.create(StreamSpec.json()).block(PATIENCE);
        assertThatThrownBy(() -> sent(producer, "b")).isInstanceOf(ProducerSequenceGapException.class);
        assertThatThrownBy(() -> producer.restart().block(PATIENCE)).isInstanceOf(ProducerSequenceGapException.class);
    }

    // What to do when the server has lost its state, as it has when the stream is deleted and created again.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lostStateIsClaimedOrNot(boolean claim) {
        DurableStream stream = server.newStream(StreamSpec.json());
        ClaimPolicy policy = claim ? ClaimPolicy.CLAIM : ClaimPolicy.FAIL;
        IdempotentProducer producer = stream.producer("p", SETTINGS.withOnSequenceGap(policy));
        sent(producer, "a");
        stream.delete().block(PATIENCE);
        stream.create(StreamSpec.json()).block(PATIENCE);

        if (claim) {
            List<AppendReceipt> receipts =
                    producer.sendAll(Flux.range(0, 100)).collectList().block(PATIENCE);
            assertThat(receipts).allMatch(receipt -> receipt.sequence().epoch() == 1);
            assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                    .isEqualTo(IntStream.range(0, 100).boxed().toList());
        } else {
            assertThatThrownBy(() -> sent(producer, "b")).isInstanceOf(ProducerSequenceGapException.class);
        }
    }

    @Test
    void aWriterThatClaimsLostStateStillFailsWhenItIsFenced() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withOnSequenceGap(ClaimPolicy.CLAIM));
        sent(producer, "a");
        sent(stream.producer("p", SETTINGS.withEpoch(2)), "b");

        assertThatThrownBy(() -> sent(producer, "c")).isInstanceOf(ProducerFencedException.class);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("a", "b");
    }
}
