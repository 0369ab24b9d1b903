package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.fixture.ScriptedAnswers;
import io.durablestreams.client.fixture.SimulatedTime;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.client.fixture.ScriptedAnswers.answer;
import static org.assertj.core.api.Assertions.assertThat;

/** Producers whose callers, answers and timers come in an unlucky order. The simulation has found each of them. */
class ProducerTimingTest {

    private static final Duration DELIVERY = Duration.ofSeconds(10);
    private static final ProducerSettings SETTINGS =
            ProducerSettings.DEFAULT.withLinger(Duration.ZERO).withDeliveryTimeout(DELIVERY);
    private static final Answer REFUSED = answer(400);
    private static final Answer STORED = answer(200, "Stream-Next-Offset", "1");

    private final ScriptedAnswers server = new ScriptedAnswers();
    private SimulatedTime time = startingAt(0);

    private static SimulatedTime startingAt(long clock) {
        return new SimulatedTime(new SplittableRandom(1), clock, 0);
    }

    private DurableStream stream() {
        return TestClients.over(server, time.timing()).build().stream("http://localhost/stream");
    }

    private IdempotentProducer producer(ProducerSettings settings) {
        return stream().withContentType("application/json").producer("p", settings, (cause, messages) -> {});
    }

    private CompletableFuture<AppendReceipt> send(IdempotentProducer producer, String message) {
        CompletableFuture<AppendReceipt> receipt = producer.send(message).toFuture();
        time.proceedBy(Duration.ZERO);
        return receipt;
    }

    private static void give(Sinks.One<Answer> request, Answer answer) {
        request.emitValue(answer, Sinks.EmitFailureHandler.FAIL_FAST);
    }

    @Test
    void aFlushTellsOfAFailureThatOvertakesItAlthoughAnotherOneTellsOfItToo() {
        Sinks.One<Answer> request = server.thenWait();
        IdempotentProducer producer = producer(SETTINGS);
        send(producer, "refused");
        CompletableFuture<Void> first = producer.flush().toFuture();
        time.proceedBy(Duration.ZERO);

        give(request, REFUSED);
        CompletableFuture<Void> second = producer.flush().toFuture();
        time.proceedBy(Duration.ZERO);

        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void aFlushOfSomebodyWhoIsToldOfAFailureTellsOfTheOthersInTheSameBatch() {
        Sinks.One<Answer> request = server.thenWait();
        IdempotentProducer producer = producer(SETTINGS.withMaxInFlight(1));
        List<CompletableFuture<Void>> flushes = new ArrayList<>();
        producer.send("told first")
                .subscribe(stored -> {}, failure -> flushes.add(producer.flush().toFuture()));
        producer.append("told later");
        time.proceedBy(Duration.ZERO);
        flushes.add(producer.flush().toFuture());
        time.proceedBy(Duration.ZERO);

        give(request, REFUSED);
        time.proceedBy(Duration.ZERO);

        assertThat(server.requests()).hasSize(1);
        assertThat(flushes).hasSize(2).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void aRestartWaitsForAllPartsOfABatchThatReachesBeyondIt() {
        Sinks.One<Answer> head = server.thenWait();
        IdempotentProducer producer = stream().producer("p", SETTINGS);
        CompletableFuture<AppendReceipt> before = send(producer, "before");
        CompletableFuture<Void> restart = producer.restart().toFuture();
        time.proceedBy(Duration.ZERO);
        send(producer, "in between");
        CompletableFuture<AppendReceipt> between = send(producer, "in between");
        server.then(413);
        server.then(200, "Stream-Next-Offset", "1");
        Sinks.One<Answer> rest = server.thenWait();

        give(head, answer(200, "Content-Type", "application/json", "Stream-Next-Offset", "0"));
        time.proceedBy(Duration.ZERO);
        assertThat(before).isCompleted();
        assertThat(restart).isNotDone();

        give(rest, STORED);
        time.proceedBy(Duration.ZERO);
        server.then(200, "Stream-Next-Offset", "2");
        assertThat(restart).isCompleted();
        assertThat(between.getNow(null).sequence()).isEqualTo(new ProducerSequence("p", 0, 1));
        assertThat(send(producer, "after").getNow(null).sequence()).isEqualTo(new ProducerSequence("p", 1, 0));
    }

    @Test
    void aRetryDoesNotWaitForADeadlineBeyondTheEndOfTheClock() {
        time = startingAt(Long.MAX_VALUE - DELIVERY.toNanos() / 2);
        IdempotentProducer producer = producer(SETTINGS);

        List<CompletableFuture<AppendReceipt>> receipts = overtaken(producer);

        assertThat(receipts).allMatch(receipt -> receipt.isDone() && !receipt.isCompletedExceptionally());
    }

    @Test
    void nothingIsLeftToWaitForBehindAClose() {
        IdempotentProducer producer = producer(SETTINGS.withLinger(Duration.ofSeconds(1)));
        overtaken(producer);
        server.then(200, "Stream-Next-Offset", "4");
        producer.append("lingers");
        time.proceedBy(Duration.ZERO);
        assertThat(time.timers()).isPositive();

        CompletableFuture<Void> closed = producer.close().toFuture();
        time.proceedBy(Duration.ZERO);

        assertThat(closed).isCompleted();
        assertThat(time.timers()).isZero();
    }

    /** Two messages of which the first one is repeated later than the second one is known to have overtaken it. */
    private List<CompletableFuture<AppendReceipt>> overtaken(IdempotentProducer producer) {
        server.then(200, "Stream-Next-Offset", "1");
        send(producer, "confirms the epoch");
        time.proceedBy(Duration.ofSeconds(2));
        Sinks.One<Answer> first = server.thenWait();
        Sinks.One<Answer> second = server.thenWait();
        server.then(200, "Stream-Next-Offset", "2").then(200, "Stream-Next-Offset", "3");
        List<CompletableFuture<AppendReceipt>> receipts = new ArrayList<>();
        for (String message : List.of("late", "early")) {
            receipts.add(send(producer, message));
            time.proceedBy(Duration.ofSeconds(1));
        }
        give(second, answer(409, "Producer-Expected-Seq", "1", "Producer-Received-Seq", "2"));
        time.proceedBy(Duration.ZERO);
        give(first, answer(503));
        time.proceedBy(Duration.ofSeconds(1));
        return receipts;
    }

    @Test
    void aMessageWithdrawnBeforeTheStartLeavesNoTimerBehindTheClose() {
        EpochStore silent = new EpochStore() {
            @Override
            public Mono<Long> next(URI url, String producerId, long least) {
                return Mono.never();
            }

            @Override
            public Mono<Void> record(URI url, String producerId, long epoch) {
                return Mono.empty();
            }
        };
        DurableStreamClient.Builder client =
                TestClients.over(server, time.timing()).epochStore(silent);
        IdempotentProducer producer = client.build().stream("http://localhost/stream")
                .withContentType("application/json")
                .producer("p", SETTINGS);
        CompletableFuture<AppendReceipt> withdrawn = send(producer, "withdrawn");
        assertThat(time.timers()).isPositive();

        withdrawn.cancel(true);
        CompletableFuture<Void> closed = producer.close().toFuture();
        time.proceedBy(Duration.ZERO);

        assertThat(closed).isCompleted();
        assertThat(time.timers()).isZero();
    }
}
