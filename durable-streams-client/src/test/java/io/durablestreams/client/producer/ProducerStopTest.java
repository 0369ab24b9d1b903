package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.fixture.ScriptedAnswers;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static io.durablestreams.client.fixture.ScriptedAnswers.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A producer that can write no more says so at once, and of each message once. */
class ProducerStopTest {

    private static final Answer CLOSED = answer(409, "Stream-Closed", "true", "Stream-Next-Offset", "end");

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT
            .withLinger(Duration.ofMinutes(1))
            .withMaxBatchItems(2)
            .withMaxInFlight(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedAnswers server = new ScriptedAnswers();
    private final List<String> reported = new CopyOnWriteArrayList<>();

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    private IdempotentProducer producer(ProducerSettings settings) {
        return TestClients.over(server, new Timing(Clock.systemUTC(), time, () -> 0.5)).build().stream(
                        "http://localhost/stream")
                .withContentType("application/json")
                .producer(
                        "p",
                        settings,
                        (cause, messages) -> messages.forEach(
                                message -> reported.add(cause.getClass().getSimpleName() + " " + new String(message))));
    }

    /** A producer that has sent one batch, and has learned from its answer that the stream is closed. */
    private IdempotentProducer stopped() {
        IdempotentProducer producer = producer(SETTINGS);
        server.then(409, "Stream-Closed", "true", "Stream-Next-Offset", "end");
        producer.append("too");
        producer.append("late");
        run();
        assertThat(reported).containsExactly("StreamClosedException \"too\"", "StreamClosedException \"late\"");
        return producer;
    }

    /** Lets everything happen that takes no time. */
    private void run() {
        time.advanceTimeBy(Duration.ZERO);
    }

    @Test
    void whatIsAppendedToAClosedStreamIsRefusedWithTheFinalOffsetAndWithoutARequest() {
        IdempotentProducer producer = stopped();

        assertThatThrownBy(() -> producer.append("refused"))
                .isInstanceOfSatisfying(StreamClosedException.class, closed -> {
                    assertThat(closed.finalOffset()).isEqualTo(Offset.of("end"));
                    assertThat(closed.status()).isEqualTo(409);
                    assertThat(closed.operation()).isEqualTo(StreamOperation.APPEND);
                })
                .hasMessage("Cannot append to http://localhost/stream: the producer 'p' has stopped, and nothing was"
                        + " sent: the stream is closed (status 409)");
        assertThat(producer.send("refused").toFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StreamClosedException.class);

        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(reported).hasSize(2);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void everyRefusalIsAnExceptionOfItsOwn() {
        IdempotentProducer producer = stopped();
        List<Throwable> refusals = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> producer.send("refused").block(PATIENCE)).satisfies(refusals::add);
        }

        assertThat(refusals.get(0)).isNotSameAs(refusals.get(1)).hasSameClassAs(refusals.get(1));
        assertThat(refusals.get(0).getCause())
                .isSameAs(refusals.get(1).getCause())
                .hasNoSuppressedExceptions();
    }

    @ParameterizedTest
    @CsvSource({
        "403, Producer-Epoch, 7, io.durablestreams.client.error.ProducerFencedException",
        "204, Producer-Seq, 5, io.durablestreams.client.error.ProducerFencedException",
        "409, Producer-Expected-Seq, 0, io.durablestreams.client.error.ProducerSequenceGapException"
    })
    void theSameIsTrueOfAFenceAndOfLostState(int status, String header, String value, Class<?> refusal) {
        IdempotentProducer producer = producer(SETTINGS.withSequence(3).withMaxBatchItems(1));
        server.then(status, header, value);
        producer.append("outstanding");
        run();

        assertThatThrownBy(() -> producer.append("refused")).isInstanceOf(refusal);
        assertThat(producer.send("refused").toFuture()).isCompletedExceptionally();
        assertThat(reported).containsExactly(refusal.getSimpleName() + " \"outstanding\"");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aRefusalForAFenceTellsTheEpoch() {
        IdempotentProducer producer = producer(SETTINGS.withMaxBatchItems(1));
        server.then(403, "Producer-Epoch", "7");
        producer.append("outstanding");
        run();

        assertThatThrownBy(() -> producer.append("refused"))
                .isInstanceOfSatisfying(
                        ProducerFencedException.class,
                        fenced -> assertThat(fenced.currentEpoch()).isEqualTo(7));
    }

    @Test
    void whatLingersOrWaitsInLineFailsAtOnceAndInOrder() {
        IdempotentProducer producer = producer(SETTINGS);
        Sinks.One<Answer> answer = server.thenWait();
        for (String message : List.of("a", "b", "c", "d", "lingering")) {
            producer.append(message);
        }
        run();

        answer.tryEmitValue(CLOSED);
        run();

        assertThat(reported)
                .extracting(report -> report.substring(report.indexOf('"')))
                .containsExactly("\"a\"", "\"b\"", "\"c\"", "\"d\"", "\"lingering\"");
    }

    @Test
    void sendersThatWaitForRoomFailAtOnce() {
        IdempotentProducer producer = producer(SETTINGS.withMaxBufferedBytes(20));
        Sinks.One<Answer> answer = server.thenWait();
        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 50)
                .mapToObj(i -> producer.send("message" + i % 10).toFuture())
                .toList();
        run();

        answer.tryEmitValue(CLOSED);
        run();

        assertThat(receipts).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(reported).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void appendsThatWaitForRoomAreRefusedAndNotReported() {
        IdempotentProducer producer = producer(SETTINGS.withMaxBufferedBytes(20).withMaxBlock(PATIENCE));
        Sinks.One<Answer> answer = server.thenWait();
        producer.append("message1");
        producer.append("message2");
        run();
        List<CompletableFuture<Void>> blocked = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> producer.append("refused"), command -> new Thread(command).start()))
                .toList();
        CompletableFuture<?> any = CompletableFuture.anyOf(blocked.toArray(CompletableFuture[]::new));
        assertThat(any).failsWithin(Duration.ofMillis(200)); // They wait.

        answer.tryEmitValue(CLOSED);
        run();

        for (CompletableFuture<Void> each : blocked) {
            assertThat(each).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(StreamClosedException.class);
        }
        assertThat(reported)
                .containsExactly("StreamClosedException \"message1\"", "StreamClosedException \"message2\"");
    }

    @Test
    void aMessageAppendedFromTheErrorHandlerIsRefusedAlready() {
        List<Throwable> refusals = new ArrayList<>();
        IdempotentProducer[] producer = new IdempotentProducer[1];
        producer[0] = producer(SETTINGS);
        server.then(409, "Stream-Closed", "true", "Stream-Next-Offset", "end");
        producer[0]
                .send("a")
                .onErrorResume(failure -> producer[0].send("again"))
                .subscribe(receipt -> {}, refusals::add);
        producer[0].append("b");

        run();

        assertThat(refusals).hasSize(1).allMatch(StreamClosedException.class::isInstance);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void flushTellsWhatHasFailedOnceAndAllElseFails() {
        IdempotentProducer producer = stopped();
        assertThatThrownBy(() -> producer.append("refused")).isInstanceOf(StreamClosedException.class);

        CompletableFuture<Void> flush = producer.flush().toFuture();
        CompletableFuture<Void> restart = producer.restart().toFuture();
        CompletableFuture<List<AppendReceipt>> all =
                producer.sendAll(Flux.range(0, 100)).collectList().toFuture();
        run();
        CompletableFuture<Void> nothingNew = producer.flush().toFuture();
        CompletableFuture<Offset> closeStream = producer.closeStream("last").toFuture();
        run();

        for (CompletableFuture<?> failed : List.of(flush, restart, all, closeStream)) {
            assertThat(failed)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(StreamClosedException.class);
        }
        assertThat(nothingNew).isCompleted();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void closingFailsWithWhatHasFailedUnlessThatWasTold() {
        CompletableFuture<Void> untold = stopped().close().toFuture();
        run();
        reported.clear();
        IdempotentProducer producer = stopped();
        producer.flush().subscribe(done -> {}, failure -> {});
        CompletableFuture<Void> told = producer.close().toFuture();
        run();

        assertThat(untold)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StreamClosedException.class);
        assertThat(told).isCompleted();
    }

    @Test
    void aRestartThatWaitsDoesNotHoldWhatIsBehindItBack() {
        IdempotentProducer producer = producer(SETTINGS);
        Sinks.One<Answer> answer = server.thenWait();
        producer.append("before");
        CompletableFuture<Void> restart = producer.restart().toFuture();
        run();
        CompletableFuture<AppendReceipt> behind = producer.send("behind").toFuture();
        run();

        answer.tryEmitValue(CLOSED);
        run();

        assertThat(restart).isCompletedExceptionally();
        assertThat(behind).isCompletedExceptionally();
    }

    static Stream<Function<Failure, DurableStreamException>> reasons() {
        return Stream.of(
                failure -> new StreamClosedException(failure, Offset.of("end")),
                failure -> new ProducerFencedException(failure, 7),
                failure -> new ProducerSequenceGapException(failure, 1, 2),
                StreamNotFoundException::new,
                StreamGoneException::new,
                StreamConflictException::new,
                StreamRequestException::new);
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void aRefusalIsOfTheTypeOfTheReason(Function<Failure, DurableStreamException> reason) {
        DurableStreamException cause = reason.apply(
                new Failure(StreamOperation.APPEND, URI.create("http://localhost/stream"), 400, "by the test", null));

        assertThat(new StopReason("p", cause).refusal())
                .isExactlyInstanceOf(cause.getClass())
                .hasCause(cause)
                .hasMessageContaining("the producer 'p' has stopped, and nothing was sent: by the test (status 400)");
    }
}
