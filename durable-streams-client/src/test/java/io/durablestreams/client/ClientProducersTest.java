package io.durablestreams.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.error.DeliveryAbandonedException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.RawAnswers;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A client flushes, closes and gives up the producers that were made from it, whoever holds them. */
@Tag("sockets")
@Timeout(120)
class ClientProducersTest {

    /** Only a flush delivers within the time of a test. */
    private static final ProducerSettings LINGERING =
            ProducerSettings.DEFAULT.withDeliveryTimeout(Duration.ofHours(2)).withLinger(Duration.ofHours(1));

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    final FaultServer faults = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .baseUrl(server.client().stream("base").url().toString())
            .producerSettings(LINGERING)
            .build();
    private final DurableStream stream =
            client.stream(server.newStream(StreamSpec.json()).url());
    private final List<String> reported = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(IdempotentProducer.class);

    @BeforeEach
    void listenToTheLog() {
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void dispose() {
        log.detachAppender(logged);
        client.dispose();
    }

    private void report(DurableStreamException cause, List<byte[]> messages) {
        messages.forEach(message -> reported.add(new String(message) + " " + cause.getMessage()));
    }

    private List<String> stored() {
        return server.client().stream(stream.url())
                .reader(String.class)
                .collect()
                .block(PATIENCE);
    }

    private List<String> firstStored(int count) {
        return server.client().stream(stream.url())
                .reader(String.class)
                .live(LiveMode.LONG_POLL)
                .items()
                .take(count)
                .collectList()
                .block(PATIENCE);
    }

    // Flushing.

    @Test
    void aFlushOfTheClientFlushesAllItsProducersAndThoseOfItsVariants() {
        stream.producer("first").append("first");
        stream.producer("second").append("second");
        client.mutate().build().stream(stream.url()).producer("third").append("third");

        client.flush().block(PATIENCE);

        assertThat(stored()).containsExactlyInAnyOrder("first", "second", "third");
    }

    @Test
    void aProducerThatFailsDoesNotKeepTheOthersFromBeingFlushedAndIsToldInTheEnd() {
        DurableStream absent = client.stream("absent");
        for (int i = 0; i < 3; i++) {
            absent.producer("failing" + i, null, this::report).append("lost");
            stream.producer("working" + i).append("stored" + i);
        }

        assertThatThrownBy(() -> client.flush().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);

        assertThat(stored()).containsExactlyInAnyOrder("stored0", "stored1", "stored2");
        assertThat(reported).hasSize(3);
    }

    @Test
    void aVariantFlushesItsOwnProducersOnly() {
        DurableStreamClient variant = client.mutate().build();
        stream.producer("base").append("base");
        variant.stream(stream.url()).producer("variant").append("variant");

        variant.flush().block(PATIENCE);

        assertThat(stored()).containsExactly("variant");
    }

    // Closing.

    @Test
    void closingDeliversAndRefusesWhatComesLater() {
        DurableStreamClient variant = client.mutate().build();
        IdempotentProducer early = stream.producer("early");
        early.append("early");
        IdempotentProducer ofVariant = variant.stream(stream.url()).producer("variant");
        ofVariant.append("variant");

        client.closeProducers(PATIENCE).block(PATIENCE);

        assertThat(stored()).containsExactlyInAnyOrder("early", "variant");
        assertThat(client.openProducers()).isEmpty();
        assertThatThrownBy(() -> early.append("late")).isInstanceOf(ProducerClosedException.class);
        assertThatThrownBy(() -> ofVariant.send("late").block(PATIENCE)).isInstanceOf(ProducerClosedException.class);
        for (DurableStreamClient each : List.of(client, variant, client.mutate().build())) {
            assertThatThrownBy(() -> each.stream(stream.url()).producer("late"))
                    .isInstanceOf(ProducerClosedException.class)
                    .hasMessageContaining("the producer 'late' was made after its client has closed its producers");
        }
        assertThat(client.stream(stream.url()).head().block(PATIENCE).closed()).isFalse();
    }

    @Test
    void closingAVariantLeavesTheClientItsProducers() {
        DurableStreamClient variant = client.mutate().build();
        variant.stream(stream.url()).producer("variant").append("variant");

        variant.closeProducers(PATIENCE).block(PATIENCE);

        stream.producer("base").append("base");
        client.flush().block(PATIENCE);
        assertThat(stored()).containsExactly("variant", "base");
    }

    @Test
    void producersOfAServerThatDoesNotAnswerAreGivenUpInTimeAndKeepNoOtherFromDelivering() throws IOException {
        int silentOnes = 300; // More than operators run at the same time by default.
        try (ServerSocket silent = new ServerSocket(0, 500, InetAddress.getLoopbackAddress())) {
            DurableStream mute = client.stream("http://127.0.0.1:" + silent.getLocalPort() + "/mute")
                    .withContentType("application/json");
            for (int i = 0; i < silentOnes; i++) {
                mute.producer("mute" + i, null, this::report).append("lost" + i);
            }
            CompletableFuture<AppendReceipt> sent =
                    mute.producer("sender").send("sent").toFuture();
            List<String> messages =
                    IntStream.range(0, 30).mapToObj(i -> "stored" + i).toList();
            messages.forEach(message -> stream.producer(message).append(message));

            client.flush().onErrorComplete().subscribe();
            assertThat(firstStored(messages.size())).hasSameElementsAs(messages);
            assertThatThrownBy(
                            () -> client.closeProducers(Duration.ofSeconds(3)).block(PATIENCE))
                    .isInstanceOf(DeliveryAbandonedException.class);

            assertThat(reported)
                    .hasSize(silentOnes)
                    .allMatch(line -> line.contains("not acknowledged within PT3S of closing its producer"));
            assertThat(sent).isCompletedExceptionally();
            assertThat(errors())
                    .hasSize(silentOnes + 1)
                    .anyMatch(line -> line.startsWith("Producer 'mute7' is closed, and 1 of its messages to"));
        }
    }

    /** The server has got the first batch and none of the others. */
    @Test
    void whatIsGivenUpSaysWhetherItMayBeStored() throws IOException {
        List<DurableStreamException> causes = new CopyOnWriteArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            IdempotentProducer producer = client.stream("http://127.0.0.1:" + silent.getLocalPort() + "/mute")
                    .withContentType("application/json")
                    .producer("p", LINGERING.withMaxBatchItems(1), (cause, messages) -> causes.add(cause));
            for (int i = 0; i < 3; i++) {
                producer.append(i);
            }

            client.closeProducers(Duration.ofSeconds(2)).onErrorComplete().block(PATIENCE);
        }

        assertThat(causes)
                .extracting(cause -> ((DeliveryAbandonedException) cause).possiblyStored())
                .containsExactly(true, false, false);
        assertThat(causes.get(0)).hasMessageEndingWith("so it may or may not be stored");
        assertThat(causes.get(1)).hasMessageEndingWith("and it is not stored");
        assertThat(errors()).singleElement().asString().contains("3 of its messages");
    }

    @Test
    void appendsThatWaitForRoomAreRefusedWhenTheirProducerIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            IdempotentProducer producer = client.stream("http://127.0.0.1:" + silent.getLocalPort() + "/mute")
                    .withContentType("application/json")
                    .producer("p", LINGERING.withMaxBufferedBytes(10).withMaxBlock(PATIENCE), this::report);
            producer.append("1234567");
            Mono<Void> blocked =
                    Mono.<Void>fromRunnable(() -> producer.append("7654321")).subscribeOn(Schedulers.boundedElastic());
            CompletableFuture<Void> waiting = blocked.toFuture();
            assertThat(waiting).failsWithin(Duration.ofMillis(200)); // It waits.

            client.dispose();

            assertThat(waiting)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(ProducerClosedException.class);
            assertThat(reported).singleElement().asString().contains("1234567");
        }
    }

    // Disposing.

    @Test
    void whatADisposedClientHasNotDeliveredIsReportedBeforeItReturns() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        String away = "http://127.0.0.1:" + port + "/away";
        List<CompletableFuture<AppendReceipt>> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            DurableStream known = client.stream(away).withContentType("application/json");
            DurableStream unknown = client.stream(away);
            known.producer("known" + i, null, this::report).append("a" + i);
            unknown.producer("unknown" + i, null, this::report).append("b" + i);
            sent.add(known.producer("sender" + i).send("c" + i).toFuture());
        }

        client.dispose();

        assertThat(reported)
                .hasSize(20)
                .allMatch(line -> line.contains("not acknowledged before the client was disposed"));
        assertThat(sent).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(errors()).hasSize(30).allMatch(line -> line.contains("1 of its messages to " + away));
        assertThatThrownBy(() -> stream.producer("late")).isInstanceOf(ProducerClosedException.class);
        client.dispose();
        assertThat(reported).hasSize(20);
    }

    @Test
    void aFlushAfterTheEndStillTellsWhatWasLost() {
        IdempotentProducer producer = client.stream("http://127.0.0.1:1/away").producer("p", null, this::report);
        producer.append("lost");

        client.dispose();

        assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(DeliveryAbandonedException.class);
        producer.close().block(PATIENCE);
    }

    @Test
    void closingTheStreamOfAProducerThatIsGivenUpFails() {
        IdempotentProducer producer = client.stream("http://127.0.0.1:1/away").producer("p");
        CompletableFuture<?> closing = producer.closeStream().toFuture();

        client.dispose();

        assertThat(closing).failsWithin(PATIENCE);
        assertThatThrownBy(() -> producer.closeStream("last").block(PATIENCE))
                .isInstanceOf(DurableStreamException.class);
    }

    @Test
    void aCloseOfTheStreamThatWaitsForTheContentTypeIsGivenUp() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            IdempotentProducer producer = client.stream("http://127.0.0.1:" + silent.getLocalPort() + "/mute")
                    .producer("p", LINGERING);
            CompletableFuture<?> closing = producer.closeStream("last").toFuture();

            assertThatThrownBy(
                            () -> client.closeProducers(Duration.ofMillis(200)).block(PATIENCE))
                    .isInstanceOf(DeliveryAbandonedException.class);

            assertThat(closing)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(DeliveryAbandonedException.class);
            assertThat(errors()).singleElement().asString().contains("1 of its messages");
            assertThat(producer.closeStream().toFuture()).failsWithin(PATIENCE);
        }
    }

    @Test
    void aProducerThatIsGivenUpWithNothingToLoseIsClosed() {
        IdempotentProducer producer = client.stream("http://127.0.0.1:1/away").producer("p");

        client.dispose();

        assertThat(producer.closeStream("late").toFuture())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(ProducerClosedException.class);
        producer.close().block(PATIENCE);
    }

    @Test
    void theLastFailureThatIsNamedIsNotThatOfAnEarlierStep() {
        faults.thenSend(RawAnswers.status("500 Down"))
                .thenSend(RawAnswers.status("200 OK", "Content-Type: application/json", "Stream-Next-Offset: a"))
                .then(connection -> {
                    connection.readRequest();
                    connection.awaitClose();
                });
        DurableStreamClient once = client.mutate()
                .requestSettings(RequestSettings.DEFAULT.withMaxRetries(0))
                .build();
        IdempotentProducer producer = once.stream(faults.url()).producer("p", LINGERING.withMaxBufferedBytes(10));
        CompletableFuture<AppendReceipt> first = producer.send("1234567").toFuture();
        CompletableFuture<AppendReceipt> waitsForRoom = producer.send("7654321").toFuture();

        assertThatThrownBy(() -> client.closeProducers(Duration.ofSeconds(3)).block(PATIENCE))
                .isInstanceOf(DeliveryAbandonedException.class);

        for (CompletableFuture<AppendReceipt> sent : List.of(first, waitsForRoom)) {
            assertThat(sent)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(DeliveryAbandonedException.class)
                    .withMessageNotContaining("last failure");
        }
    }

    // What the client remembers.

    @Test
    void closedProducersAreForgotten() {
        DurableStream known = stream.withContentType("application/json");
        Flux.range(0, 100_000)
                .flatMap(i -> known.producer("p" + i).close(), 100)
                .blockLast(PATIENCE);
        known.producer("end").closeStream().block(PATIENCE);

        assertThat(client.openProducers()).isEmpty();
    }

    @Test
    void producersThatAreDroppedWithoutBeingClosedAreForgotten() {
        IntStream.range(0, 10_000).forEach(i -> stream.producer("dropped" + i));

        collectGarbageUntil(1_000);
    }

    @Test
    void aDroppedProducerStillDelivers() {
        int producers = 100;
        IntStream.range(0, producers).forEach(i -> {
            DurableStream handle = i % 2 == 0 ? stream : stream.withContentType("application/json");
            handle.producer("dropped" + i).append("message" + i);
        });
        IntStream.range(0, 10_000).forEach(i -> stream.producer("idle" + i));
        collectGarbageUntil(1_000);

        client.closeProducers(PATIENCE).block(PATIENCE);

        assertThat(stored()).hasSize(producers);
    }

    /** Has garbage collected until few producers are left, for as long as a test may take. */
    private void collectGarbageUntil(int left) {
        Mono.fromRunnable(System::gc)
                .thenReturn(client)
                .filter(each -> each.openProducers().size() < left)
                .repeatWhenEmpty(Integer.MAX_VALUE, tries -> tries.delayElements(Duration.ofMillis(50)))
                .block(PATIENCE);
    }

    private List<String> errors() {
        return logged.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR && event.getThrowableProxy() == null)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
