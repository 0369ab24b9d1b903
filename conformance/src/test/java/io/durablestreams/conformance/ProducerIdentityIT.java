package io.durablestreams.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Several writers under one producer id: one of them is the writer, and the others learn it. */
@Tag("sockets")
class ProducerIdentityIT extends OnEachReferenceServer {

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT.withLinger(Duration.ZERO);

    @Test
    void aHigherEpochFencesTheWriterBefore() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer old = stream.producer("p", SETTINGS);
        old.send("old").block(PATIENCE);

        stream.producer("p", SETTINGS.withEpoch(3)).send("new").block(PATIENCE);

        assertThatThrownBy(() -> old.send("late").block(PATIENCE))
                .isInstanceOfSatisfying(
                        ProducerFencedException.class,
                        fenced -> assertThat(fenced.currentEpoch()).isEqualTo(3));
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("old", "new");
    }

    @Test
    void aWriterThatComesBackAtTheSameEpochIsToldThatItsNumbersAreTaken() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.producer("p", SETTINGS).send("first").block(PATIENCE);

        assertThatThrownBy(() -> stream.producer("p", SETTINGS).send("other").block(PATIENCE))
                .isInstanceOf(ProducerFencedException.class);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("first");
    }

    @Test
    void aClaimingWriterTakesOverWithTheNextEpoch() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.producer("p", SETTINGS.withEpoch(5)).send("before").block(PATIENCE);

        AppendReceipt receipt = stream.producer("p", SETTINGS.withAutoClaim(true))
                .send("claimed")
                .block(PATIENCE);

        assertThat(receipt.sequence()).isEqualTo(new ProducerSequence("p", 6, 0));
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("before", "claimed");
    }

    @Test
    void aWriterWithAnEpochStoreComesBackAboveItsEpochs(@TempDir Path directory) {
        String path = server.newStream(StreamSpec.json()).url().getPath();

        for (int life = 0; life < 3; life++) {
            DurableStreamClient client = DurableStreamClient.builder()
                    .epochStore(EpochStore.file(directory.resolve("epochs")))
                    .build();
            DurableStream stream = client.stream(server.url().resolve(path));
            IdempotentProducer producer = stream.producer("p", SETTINGS);
            assertThat(producer.send("first of " + life).block(PATIENCE).sequence())
                    .isEqualTo(new ProducerSequence("p", 2 * life, 0));
            producer.restart().block(PATIENCE);
            assertThat(producer.send("second of " + life).block(PATIENCE).sequence())
                    .isEqualTo(new ProducerSequence("p", 2 * life + 1, 0));
            client.dispose();
        }
    }

    @Test
    void aClaimInMidPipelineKeepsOrderAndLosesNothing() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer =
                stream.producer("p", SETTINGS.withAutoClaim(true).withMaxBatchItems(5));
        IdempotentProducer intruder = stream.producer("p", SETTINGS.withEpoch(9));
        List<Integer> messages = IntStream.range(0, 1000).boxed().toList();

        List<AppendReceipt> receipts = Flux.fromIterable(messages)
                .flatMapSequential(i -> producer.send(i).doOnSubscribe(accepted -> {
                    if (i == 500) {
                        intruder.append(-1);
                    }
                }))
                .collectList()
                .block(PATIENCE);
        intruder.flush().onErrorComplete().block(PATIENCE);

        List<Integer> stored = stream.reader(Integer.class).collect().block(PATIENCE);
        assertThat(receipts)
                .hasSize(1000)
                .last()
                .satisfies(receipt -> assertThat(receipt.sequence().epoch()).isEqualTo(10));
        assertThat(stored).contains(-1);
        assertThat(stored.stream().filter(i -> i >= 0).toList()).isEqualTo(messages);
    }

    @Test
    void twoWritersWithDifferentIdsDoNotDisturbEachOther() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer even = stream.producer("even", SETTINGS.withMaxBatchItems(3));
        IdempotentProducer odd = stream.producer("odd", SETTINGS.withMaxBatchItems(4));

        for (int i = 0; i < 1000; i++) {
            (i % 2 == 0 ? even : odd).append(i);
        }
        even.close().and(odd.close()).block(PATIENCE);

        List<Integer> stored = stream.reader(Integer.class).collect().block(PATIENCE);
        assertThat(stored).hasSize(1000);
        assertThat(stored.stream().filter(i -> i % 2 == 0)).isSorted().hasSize(500);
        assertThat(stored.stream().filter(i -> i % 2 == 1)).isSorted().hasSize(500);
    }

    @Test
    void closesTheStreamBehindEverythingAndOnce() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS);
        producer.append("a");
        producer.append("b");

        Offset end = producer.closeStream("last").block(PATIENCE);

        assertThat(producer.closeStream("again").block(PATIENCE)).isEqualTo(end);
        assertThat(stream.head().block(PATIENCE).nextOffset()).isEqualTo(end);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("a", "b", "last");
        assertThatThrownBy(() -> stream.producer("other").send("late").block(PATIENCE))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isEqualTo(end));
    }
}
