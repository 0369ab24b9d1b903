package io.durablestreams.client;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.protocol.AppendReceipt;

import static org.assertj.core.api.Assertions.assertThat;

/** Messages that wait for room are settled as soon as there is room, whatever makes it. */
class ProducerFullBufferTest {

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT
            .withLinger(Duration.ZERO)
            .withDeliveryTimeout(Duration.ofSeconds(10))
            .withMaxBufferedBytes(10);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedAnswers server = new ScriptedAnswers();
    private final IdempotentProducer producer = new DefaultDurableStreamClientBuilder()
            .transport(server).timing(new Timing(Clock.systemUTC(), time, () -> 0.5)).build().stream(
                            "http://localhost/stream")
                    .withContentType("application/json")
                    .producer("p", SETTINGS);

    @Test
    void anOutageFailsAllThatHaveWaitedForTooLongTogether() {
        server.thenWait();
        List<CompletableFuture<AppendReceipt>> receipts = IntStream.range(0, 20)
                .mapToObj(i -> producer.send("message" + i % 10).toFuture())
                .toList();

        time.advanceTimeBy(SETTINGS.deliveryTimeout());

        assertThat(receipts).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(server.requests()).hasSize(1);
    }
}
