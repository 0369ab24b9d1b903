package io.durablestreams.client.producer;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.fixture.ScriptedAnswers;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static io.durablestreams.client.fixture.ScriptedAnswers.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Messages that wait for room are settled as soon as there is room, whatever makes it. */
class ProducerFullBufferTest {

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT
            .withLinger(Duration.ZERO)
            .withDeliveryTimeout(Duration.ofSeconds(10))
            .withMaxBufferedBytes(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedAnswers server = new ScriptedAnswers();
    private final DurableStream stream =
            TestClients.over(server, new Timing(Clock.systemUTC(), time, () -> 0.5)).build().stream(
                    "http://localhost/stream");

    @Test
    void anOutageFailsAllThatHaveWaitedForTooLongTogether() {
        IdempotentProducer producer = stream.withContentType("application/json").producer("p", SETTINGS);
        server.thenWait();
        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 20)
                .mapToObj(i -> producer.send("message" + i % 10).toFuture())
                .toList();

        time.advanceTimeBy(SETTINGS.delivery().deliveryTimeout());

        assertThat(receipts).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(server.requests()).hasSize(1);
    }

    /** Appends on a thread that must not block. */
    private static void append(IdempotentProducer producer, int messages) {
        Mono.fromRunnable(() -> IntStream.range(0, messages).forEach(producer::append))
                .subscribeOn(Schedulers.parallel())
                .block(PATIENCE);
    }

    @Test
    void asManyMessagesAsTheBufferHoldsMayWaitForTheContentType() {
        IdempotentProducer producer = stream.producer("p", SETTINGS.withMaxBufferedBytes(1_000_000));
        Sinks.One<Answer> learned = server.thenWait();
        append(producer, 5000);

        server.then(200, "Stream-Next-Offset", "1", "Producer-Seq", "0");
        learned.tryEmitValue(answer(200, "Content-Type", "application/json", "Stream-Next-Offset", "0"));
        CompletableFuture<Void> flushed = producer.flush().toFuture();
        time.advanceTimeBy(Duration.ZERO);

        assertThat(flushed).isCompleted();
        assertThat(new String(server.requests().get(1).body().bytes(), StandardCharsets.UTF_8))
                .startsWith("[0,1,2,")
                .endsWith(",4998,4999]");
    }

    @Test
    void aBufferThatIsFullBeforeTheContentTypeIsKnownSaysSo() {
        IdempotentProducer producer = stream.producer("p", SETTINGS);
        server.thenWait();

        assertThatThrownBy(() -> append(producer, 11))
                .isInstanceOf(ProducerBufferFullException.class)
                .hasMessageContaining("http://localhost/stream")
                .hasMessageContaining("maxBufferedBytes (10)")
                .hasMessageContaining("before the content type of the stream")
                .hasMessageContaining("DurableStream.withContentType()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/json"})
    void aMessageThatTheBufferCanNeverHoldIsRefusedAtOnceWhetherTheContentTypeIsKnownOrNot(String contentType) {
        List<Object> reported = new ArrayList<>();
        IdempotentProducer producer = (contentType.isEmpty() ? stream : stream.withContentType(contentType))
                .producer(
                        "p",
                        SETTINGS.withMaxBlock(Duration.ofMillis(10)),
                        (cause, messages) -> reported.addAll(messages));
        server.thenWait();
        producer.append(1);

        Stream.of("12345678901", RawJson.of("12345678901"), List.of(1, 2, 3, 4, 5))
                .forEach(message -> {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> producer.append(message))
                            .withMessageContaining("exceeds maxBufferedBytes (10)");
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> producer.send(message).block(PATIENCE));
                });
        assertThat(reported).isEmpty();
    }
}
