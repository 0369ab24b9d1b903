package io.durablestreams.client.producer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.fixture.ScriptedAnswers;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.ScriptedAnswers.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Closing a stream through a producer that fails at first. */
class ProducerCloseStreamTest {

    private static final String[] CONFIRMED = {"Stream-Closed", "true", "Stream-Next-Offset", "end"};

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedAnswers server = new ScriptedAnswers();
    private final ProducerSettings settings = ProducerSettings.DEFAULT.withDeliveryTimeout(Duration.ofSeconds(10));
    private final IdempotentProducer producer = producer(settings);

    private IdempotentProducer producer(ProducerSettings settings) {
        return stream().withContentType("application/json").producer("p", settings, (cause, lost) -> {});
    }

    private DurableStream stream() {
        return TestClients.over(server, new Timing(Clock.systemUTC(), time, () -> 0.5)).build().stream(
                "http://localhost/stream");
    }

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    private CompletableFuture<Offset> close(Object finalMessage) {
        CompletableFuture<Offset> closed = producer.closeStream(finalMessage).toFuture();
        time.advanceTimeBy(Duration.ZERO);
        return closed;
    }

    private static void assertFails(CompletableFuture<Offset> close, Class<? extends Throwable> cause) {
        assertThat(close).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(cause);
    }

    private List<String> attempts() {
        return server.requests().stream()
                .map(request -> request.headers().getFirst("Producer-Epoch") + "/"
                        + request.headers().getFirst("Producer-Seq") + " "
                        + new String(
                                request.body().bytes(),
                                request.body().offset(),
                                request.body().length(),
                                StandardCharsets.UTF_8))
                .toList();
    }

    private CompletableFuture<Offset> unanswered() {
        server.then(200, "Stream-Next-Offset", "1", "Producer-Seq", "0");
        producer.append("a");
        producer.flush().subscribe();
        time.advanceTimeBy(Duration.ZERO);
        server.thenWait();
        CompletableFuture<Offset> close = close("last");
        time.advanceTimeBy(Duration.ofSeconds(10));
        return close;
    }

    @Test
    void aCloseWithoutAnAnswerIsRepeatedUnderItsNumberAndWithItsMessage() {
        CompletableFuture<Offset> first = unanswered();
        assertThat(first)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(DeliveryTimeoutException.class)
                .withMessageContaining("Cannot close http://localhost/stream")
                .withMessageContaining("closeStream() may be called again");

        server.then(503).then(204, CONFIRMED);
        CompletableFuture<Offset> second = close("other");
        time.advanceTimeBy(Duration.ofSeconds(5));

        assertThat(second).isCompletedWithValue(Offset.of("end"));
        assertThat(close("again")).isCompletedWithValue(Offset.of("end"));
        assertThat(attempts()).containsExactly("0/0 [\"a\"]", "0/1 [\"last\"]", "0/1 [\"last\"]", "0/1 [\"last\"]");
    }

    @Test
    void aRestartBeforeItIsRepeatedLeavesItItsNumber() {
        unanswered();
        CompletableFuture<Void> restart = producer.restart().toFuture();
        time.advanceTimeBy(Duration.ZERO);
        assertThat(restart).isCompleted();

        server.then(204, CONFIRMED);

        assertThat(close("last")).isCompletedWithValue(Offset.of("end"));
        assertThat(attempts()).containsExactly("0/0 [\"a\"]", "0/1 [\"last\"]", "0/1 [\"last\"]");
    }

    @Test
    void theFinalMessageIsTheCallersAgainWhileTheCloseIsUnderWay() {
        List<Integer> numbers = new ArrayList<>(List.of(1, 2));
        Sinks.One<Answer> before = server.thenWait();
        server.then(200, CONFIRMED);
        producer.append("a");
        CompletableFuture<Offset> close = close(numbers);

        numbers.add(3);
        before.tryEmitValue(answer(200, "Stream-Next-Offset", "1", "Producer-Seq", "0"));
        time.advanceTimeBy(Duration.ZERO);

        assertThat(close).isCompletedWithValue(Offset.of("end"));
        assertThat(attempts()).containsExactly("0/0 [\"a\"]", "0/1 [[1,2]]");
    }

    @Test
    void theSameIsTrueWhileTheContentTypeIsBeingLearned() {
        List<Integer> numbers = new ArrayList<>(List.of(1, 2));
        Sinks.One<Answer> learned = server.thenWait();
        server.then(200, CONFIRMED);
        CompletableFuture<Offset> close =
                stream().producer("p", settings).closeStream(numbers).toFuture();

        numbers.add(3);
        learned.tryEmitValue(answer(200, "Content-Type", "application/json", "Stream-Next-Offset", "0"));
        time.advanceTimeBy(Duration.ZERO);

        assertThat(close).isCompletedWithValue(Offset.of("end"));
        assertThat(new String(server.requests().get(1).body().bytes(), StandardCharsets.UTF_8))
                .isEqualTo("[[1,2]]");
    }

    @Test
    void aMessageIsNotTakenForStoredWhenSomebodyElseHasClosedUnderItsNumber() {
        server.then(204, CONFIRMED);

        assertFails(close("last"), ProducerFencedException.class);
    }

    @Test
    void aWriterThatReplaysMayCloseAsItHasClosedBefore() {
        server.then(204, CONFIRMED);
        CompletableFuture<Offset> replayed =
                producer(settings.withAcceptReplays(true)).closeStream("last").toFuture();
        time.advanceTimeBy(Duration.ZERO);

        assertThat(replayed).isCompletedWithValue(Offset.of("end"));
    }

    @Test
    void itMayBeRepeatedUntilThereIsAnAnswer() {
        unanswered();
        server.thenWait();
        CompletableFuture<Offset> second = close(null);
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertFails(second, DeliveryTimeoutException.class);

        server.then(409, CONFIRMED);
        assertFails(close(null), StreamClosedException.class);
        assertFails(close(null), StreamClosedException.class);

        assertThat(attempts()).containsExactly("0/0 [\"a\"]", "0/1 [\"last\"]", "0/1 [\"last\"]", "0/1 [\"last\"]");
    }

    private void lose(String message) {
        server.thenWait();
        producer.append(message);
        producer.flush().subscribe(done -> {}, lost -> {});
        time.advanceTimeBy(Duration.ofSeconds(10));
        server.thenWait();
        CompletableFuture<Offset> unanswered = close("last");
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertFails(unanswered, DeliveryTimeoutException.class);
    }

    @Test
    void aMessageThatTookTheNumberOfTheCloseIsNotTakenForIt() {
        lose("a");
        server.then(204, "Producer-Epoch", "0", "Producer-Seq", "0").then(200, CONFIRMED);

        assertThat(close("last")).isCompletedWithValue(Offset.of("end"));
        assertThat(attempts()).containsExactly("0/0 [\"a\"]", "0/0 [\"last\"]", "0/0 [\"last\"]", "1/0 [\"last\"]");
    }

    @Test
    void aMessageThatIsMissingBeforeTheCloseIsNoLossOfTheServers() {
        server.then(200, "Stream-Next-Offset", "1", "Producer-Seq", "0");
        producer.append("a");
        producer.flush().subscribe();
        time.advanceTimeBy(Duration.ZERO);
        lose("b");
        server.then(409, "Producer-Expected-Seq", "1", "Producer-Received-Seq", "2")
                .then(200, CONFIRMED);

        assertThat(close("last")).isCompletedWithValue(Offset.of("end"));
        assertThat(attempts())
                .containsExactly("0/0 [\"a\"]", "0/1 [\"b\"]", "0/2 [\"last\"]", "0/2 [\"last\"]", "1/0 [\"last\"]");
    }

    @Test
    void aNumberThatWasNeverSentIsNotItsOwnWhenItIsTaken() {
        IntStream.range(0, 100).forEach(i -> server.thenFail(NoAnswer.before(new IOException("none"))));
        CompletableFuture<Offset> first = close("last");
        time.advanceTimeBy(Duration.ofSeconds(10));
        assertFails(first, DeliveryTimeoutException.class);
        server.forget();

        server.then(204, "Producer-Seq", "0");

        assertFails(close("last"), ProducerFencedException.class);
    }

    @Test
    void aCloseThatWasRefusedMayBeTriedWithAnotherMessage() {
        server.then(413);
        assertFails(close("much too long"), StreamRequestException.class);

        server.then(200, CONFIRMED);

        assertThat(close("short")).isCompletedWithValue(Offset.of("end"));
        assertThat(attempts()).containsExactly("0/0 [\"much too long\"]", "0/0 [\"short\"]");
    }

    @Test
    void aCloseThatFailedForAMessageBeforeItMayBeMadeNevertheless() {
        server.then(400);
        producer.append("poison");
        assertFails(close("last"), StreamRequestException.class);
        assertThat(attempts()).containsExactly("0/0 [\"poison\"]");

        server.then(200, CONFIRMED);

        assertThat(close("last")).isCompletedWithValue(Offset.of("end"));
    }

    @Test
    void afterAFailureTheProducerTakesNoMessagesAndCanBeClosed() {
        unanswered();
        assertThatThrownBy(() -> producer.append("late")).isInstanceOf(ProducerClosedException.class);

        CompletableFuture<Void> released = producer.close().toFuture();
        time.advanceTimeBy(Duration.ZERO);

        assertThat(released).isCompleted();
        assertFails(close("last"), ProducerClosedException.class);
    }
}
