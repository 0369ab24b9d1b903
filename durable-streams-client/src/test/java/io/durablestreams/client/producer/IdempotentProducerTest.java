package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Producers over a real socket, with nothing going wrong on the way. */
@Tag("sockets")
class IdempotentProducerTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT;

    @Test
    void storesAllMessagesOnceAndInOrder() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withMaxBatchItems(7));
        List<Integer> messages = IntStream.range(0, 10_000).boxed().toList();

        messages.forEach(producer::append);
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).isEqualTo(messages);
    }

    /** They are put into a batch only after the flush has begun. */
    @Test
    void aFlushDoesNotLingerForMessagesThatStillWaitForTheContentType() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer =
                server.client().stream(stream.url()).producer("p", SETTINGS.withLinger(Duration.ofMinutes(1)));

        producer.append("at once");
        producer.flush().block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("at once");
    }

    @Test
    void needsAnIdentity() {
        DurableStream stream = server.newStream(StreamSpec.json());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.producer(" "))
                .withMessageContaining("producer id");
    }

    @Test
    void acknowledgesEachMessageWithItsNumberAndOffset() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withLinger(Duration.ZERO));

        AppendReceipt first = producer.send("a").block(PATIENCE);
        AppendReceipt second = producer.send("b").block(PATIENCE);

        assertThat(first.sequence()).isEqualTo(new ProducerSequence("p", 0, 0));
        assertThat(second.sequence()).isEqualTo(new ProducerSequence("p", 0, 1));
        assertThat(second.outcome()).isEqualTo(AppendReceipt.Outcome.STORED);
        assertThat(stream.reader(String.class)
                        .from(first.nextOffset())
                        .collect()
                        .block(PATIENCE))
                .containsExactly("b");
    }

    @Test
    void messagesOfOneLingerShareARequest() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withLinger(Duration.ofSeconds(10)));
        producer.append("x");
        producer.flush().block(PATIENCE);

        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 20)
                .mapToObj(i -> producer.send(i).toFuture())
                .toList();
        producer.flush().block(PATIENCE);

        assertThat(receipts)
                .extracting(receipt -> receipt.getNow(null).sequence())
                .containsOnly(new ProducerSequence("p", 0, 1));
    }

    @Test
    void writesBytesAndText() {
        DurableStream text = server.newStream(StreamSpec.text());
        IdempotentProducer producer = text.producer("p");

        producer.append("one ");
        producer.append("two");
        producer.close().block(PATIENCE);

        assertThat(text.reader(String.class).text().block(PATIENCE)).isEqualTo("one two");
    }

    @Test
    void aSecondWriterUnderTheSameNumbersIsToldAndLosesNothingInSilence() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.producer("p").send("first").block(PATIENCE);

        IdempotentProducer again = stream.producer("p");
        assertThatThrownBy(() -> again.send("second").block(PATIENCE))
                .isInstanceOf(ProducerFencedException.class)
                .hasMessageContaining("auto-claim");
        assertThatThrownBy(() -> again.flush().block(PATIENCE)).isInstanceOf(ProducerFencedException.class);

        AppendReceipt claimed =
                stream.producer("p", SETTINGS.withAutoClaim(true)).send("third").block(PATIENCE);

        assertThat(claimed.sequence()).isEqualTo(new ProducerSequence("p", 1, 0));
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("first", "third");
    }

    @Test
    void replaysAreAcceptedWhereTheyAreExpected() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.producer("p").send("same").block(PATIENCE);

        AppendReceipt receipt = stream.producer("p", SETTINGS.withAcceptReplays(true))
                .send("same")
                .block(PATIENCE);

        assertThat(receipt.outcome()).isEqualTo(AppendReceipt.Outcome.DUPLICATE);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("same");
    }

    @Test
    void aNewEpochFencesTheOldWriterWhichFailsOrClaims() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer old = stream.producer("p");
        IdempotentProducer stubborn = stream.producer("p", SETTINGS.withAutoClaim(true));
        old.send(1).block(PATIENCE);
        stream.producer("p", SETTINGS.withEpoch(7)).send(2).block(PATIENCE);

        assertThatThrownBy(() -> old.send(3).block(PATIENCE))
                .isInstanceOfSatisfying(
                        ProducerFencedException.class,
                        fenced -> assertThat(fenced.currentEpoch()).isEqualTo(7));
        assertThat(stubborn.send(4).block(PATIENCE).sequence()).isEqualTo(new ProducerSequence("p", 8, 0));
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1, 2, 4);
    }

    @Test
    void aMissingStreamFailsEachMessageAndNothingElse() {
        DurableStream stream = server.client().stream("created/late");
        List<String> reported = new CopyOnWriteArrayList<>();
        IdempotentProducer producer = stream.producer(
                "p", null, (cause, messages) -> messages.forEach(message -> reported.add(new String(message))));

        producer.append("lost");
        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);
        stream.create(StreamSpec.json()).block(PATIENCE);
        producer.append("kept");
        producer.flush().block(PATIENCE);

        assertThat(reported).containsExactly("lost");
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("kept");
    }

    @Test
    void refusesBadMessagesAtOnceAndGoesOn() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p");
        producer.send(1).block(PATIENCE);

        assertThatIllegalArgumentException().isThrownBy(() -> producer.append(RawJson.of("1,2")));
        producer.send(3).block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1, 3);
    }

    @Test
    void refusesSourcesOfMessages() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer learning = stream.producer("p");
        IdempotentProducer started = stream.withContentType("application/json").producer("q");

        for (IdempotentProducer producer : List.of(learning, started)) {
            for (Object source : List.of(
                    Mono.just(1),
                    CompletableFuture.completedFuture(1),
                    Stream.of(1),
                    List.of(Mono.just(1)),
                    Map.of("a", CompletableFuture.completedFuture(1)))) {
                assertThatIllegalArgumentException().isThrownBy(() -> producer.append(source));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> producer.send(source).block(PATIENCE));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> producer.closeStream(source).block(PATIENCE));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> stream.append(source).block(PATIENCE));
            }
        }
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).isEmpty();
    }

    @Test
    void closeFlushesAndRefusesWhatComesLater() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withLinger(Duration.ofMinutes(1)));
        producer.append("in time");

        producer.close().block(PATIENCE);
        producer.close().block(PATIENCE);

        assertThatThrownBy(() -> producer.append("late")).isInstanceOf(ProducerClosedException.class);
        assertThatThrownBy(() -> producer.send("late").block(PATIENCE)).isInstanceOf(ProducerClosedException.class);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("in time");
        assertThat(stream.head().block(PATIENCE).closed()).isFalse();
    }

    @Test
    void closesTheStreamBehindAllMessages() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p");
        producer.append("a");

        Offset end = producer.closeStream("last").block(PATIENCE);

        assertThat(producer.closeStream("other").block(PATIENCE)).isEqualTo(end);
        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("a", "last");
        DurableStream other = server.newStream(StreamSpec.json());
        assertThat(other.producer("p").closeStream().block(PATIENCE))
                .isEqualTo(other.head().block(PATIENCE).nextOffset());
    }

    @Test
    void aStreamClosedByAnotherWriterFailsWhatIsOutstanding() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p");
        producer.send("a").block(PATIENCE);
        Offset end = stream.closeStream().block(PATIENCE);

        assertThatThrownBy(() -> producer.send("b").block(PATIENCE))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isEqualTo(end));
        assertThatThrownBy(() -> producer.send("c").block(PATIENCE)).isInstanceOf(StreamClosedException.class);
    }

    @Test
    void aFullBufferHoldsSendersBackAndStoresEverything() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer =
                stream.producer("p", SETTINGS.withMaxBufferedBytes(100).withLinger(Duration.ZERO));

        List<AppendReceipt> receipts = Flux.range(0, 1000)
                .flatMapSequential(i -> producer.send("message " + i), 1000)
                .collectList()
                .block(PATIENCE);

        assertThat(receipts).hasSize(1000);
        assertThat(stream.reader(String.class).collect().block(PATIENCE))
                .isEqualTo(
                        IntStream.range(0, 1000).mapToObj(i -> "message " + i).toList());
    }

    @Test
    void appendsFromManyThreadsKeepTheOrderOfEach() throws Exception {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withMaxBufferedBytes(2000));

        List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> IntStream.range(0, 500).forEach(i -> producer.append(thread * 1000 + i)),
                        command -> new Thread(command).start()))
                .toList();
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        producer.close().block(PATIENCE);

        List<Integer> stored = stream.reader(Integer.class).collect().block(PATIENCE);
        assertThat(stored).hasSize(4000).doesNotHaveDuplicates();
        for (int thread = 0; thread < 8; thread++) {
            int mine = thread;
            assertThat(stored.stream().filter(message -> message / 1000 == mine).toList())
                    .isSorted();
        }
    }

    @Test
    void acceptsAppendsOnEventLoopsWhileTheContentTypeIsBeingLearned() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = server.client().stream(stream.url()).producer("p");

        Mono.fromRunnable(() -> IntStream.range(0, 5000).forEach(producer::append))
                .subscribeOn(Schedulers.parallel())
                .block(PATIENCE);
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(0, 5000).boxed().toList());
    }

    @Test
    void aSubscriberThatThrowsDoesNotStopTheProducer() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p");

        producer.send("first").subscribe(receipt -> {
            throw new IllegalStateException("thrown by the test");
        });
        producer.send("second").block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("first", "second");
    }
}
