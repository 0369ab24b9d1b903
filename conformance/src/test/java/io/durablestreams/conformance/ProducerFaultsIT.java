package io.durablestreams.conformance;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Writes while the server does wrong, with several batches in flight: exactly once and in order, each time. */
@Tag("sockets")
class ProducerFaultsIT extends OnEachReferenceServer {

    private static final int MESSAGES = 600;

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT
            .withMaxBatchItems(10)
            .withRequestTimeout(Duration.ofMillis(500))
            .withBackoff(new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), 2));

    static Stream<Fault> passingFaults() {
        return Stream.of(
                        Fault.status(503).withProbability(0.3),
                        Fault.status(500).withProbability(0.3),
                        Fault.status(429).withProbability(0.3),
                        Fault.status(503).retryAfterSeconds(1).times(2),
                        Fault.droppedConnection().withProbability(0.3),
                        Fault.delayOf(20).withProbability(0.5),
                        // Longer than the timeout: the batch is sent again while the first attempt is still to be
                        // served.
                        Fault.delayOf(600).withProbability(0.05))
                .map(fault -> fault.on("POST"));
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void everythingIsStoredOnceAndInOrder(Fault fault) {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS);
        server.inject(stream, fault);

        List<AppendReceipt> receipts = Flux.fromIterable(Message.numbered(0, MESSAGES))
                .flatMapSequential(producer::send, MESSAGES)
                .collectList()
                .block(PATIENCE);

        assertThat(receipts).hasSize(MESSAGES);
        assertThat(receipts).extracting(AppendReceipt::outcome).doesNotContain(AppendReceipt.Outcome.POSSIBLY_REPEATED);
        assertThat(stream.reader(Message.class).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, MESSAGES));
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void theStreamIsClosedBehindEverything(Fault fault) {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS);
        server.inject(stream, fault);

        Message.numbered(0, 100).forEach(producer::append);
        producer.closeStream(Message.numbered(100)).block(PATIENCE);

        assertThat(stream.reader(Message.class).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, 101));
        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
    }

    @Test
    void aRefusedBatchFailsItsOwnMessagesAndNoOthers() {
        assertThat(storedThoughRefused(400)).hasSizeBetween(MESSAGES - 11, MESSAGES - 2);
    }

    @Test
    void aBatchThatIsTooLargeIsStoredInHalves() {
        assertThat(storedThoughRefused(413)).hasSize(MESSAGES - 1);
    }

    /** Sends messages of which one batch is refused once; those that are stored must be those acknowledged. */
    private List<Integer> storedThoughRefused(int status) {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS);
        producer.send(Message.numbered(0)).block(PATIENCE);
        server.inject(stream, Fault.status(status).on("POST"));

        List<Integer> acknowledged = Flux.fromIterable(Message.numbered(1, MESSAGES))
                .flatMapSequential(
                        message -> producer.send(message)
                                .map(receipt -> message.number())
                                .onErrorResume(StreamRequestException.class, refused -> Mono.empty()),
                        MESSAGES)
                .collectList()
                .block(PATIENCE);

        List<Integer> stored = stream.reader(Message.class)
                .items()
                .map(Message::number)
                .filter(number -> number > 0)
                .collectList()
                .block(PATIENCE);
        assertThat(stored).isEqualTo(acknowledged);
        return stored;
    }

    @Test
    void aPlainAppendIsNeverRepeatedWhenItMayBeStored() {
        DurableStream stream = server.newStream(StreamSpec.json());
        server.inject(stream, Fault.status(503).retryAfterSeconds(0).on("POST").times(2));
        stream.append("after refusals").block(PATIENCE);
        server.inject(stream, Fault.status(500).on("POST"));
        assertThatThrownBy(() -> stream.append("unknown").block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class);
        server.inject(stream, Fault.droppedConnection().on("POST"));
        assertThatThrownBy(() -> stream.append("unknown").block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("after refusals");
    }
}
