package io.durablestreams.conformance.adapter;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.conformance.adapter.Command.accepted;

/** The commands that write under a producer's numbers. */
final class ProducerCommands {

    private static final int OK = 200;

    /** Longer than it takes to hand over all items of a command. The flush after the last item cuts it short. */
    private static final Duration UNTIL_FLUSHED = Duration.ofSeconds(1);

    private ProducerCommands() {}

    static Mono<Result> append(Session session, Command command) {
        IdempotentProducer producer = cached(session, command);
        CompletableFuture<AppendReceipt> receipt =
                producer.send(StreamCommands.message(session, command)).toFuture();
        return producer.flush()
                .then(Mono.fromFuture(receipt))
                .map(stored -> Result.success()
                        .with("status", OK)
                        .with("offset", StreamCommands.value(stored.nextOffset()))
                        .with("duplicate", stored.outcome() == AppendReceipt.Outcome.DUPLICATE ? true : null)
                        .with("producerSeq", seq(stored)));
    }

    private static @Nullable Long seq(AppendReceipt receipt) {
        ProducerSequence sequence = receipt.sequence();
        return sequence == null ? null : sequence.seq();
    }

    static Mono<Result> appendBatch(Session session, Command command) {
        int maxInFlight = command.integerOr("maxInFlight", 1);
        ProducerSettings settings = settings(session, command);
        settings = maxInFlight == 1
                ? settings.withMaxInFlight(1).withLinger(UNTIL_FLUSHED)
                : settings.withMaxInFlight(maxInFlight)
                        .withLinger(Duration.ZERO)
                        .withMaxBatchItems(1);
        List<String> items = command.texts("items");
        IdempotentProducer producer = producer(session, command, settings);
        List<CompletableFuture<AppendReceipt>> receipts = items.stream()
                .map(item ->
                        producer.send(session.message(command.path(), item)).toFuture())
                .toList();
        return producer.flush()
                .then(Mono.defer(() -> last(receipts)))
                .map(receipt -> Result.success().with("status", OK).with("producerSeq", seq(receipt)))
                .defaultIfEmpty(Result.success().with("status", OK))
                .delayUntil(result -> producer.close())
                .onErrorResume(failure -> producer.close().onErrorComplete().then(Mono.error(failure)));
    }

    /** The last receipt, or the first failure of a message that was refused before it had a number. */
    private static Mono<AppendReceipt> last(List<CompletableFuture<AppendReceipt>> receipts) {
        return Flux.fromIterable(receipts)
                .concatMap(Mono::fromFuture)
                .takeLast(1)
                .next();
    }

    static Mono<Result> close(Session session, Command command) {
        IdempotentProducer producer = cached(session, command);
        String data = command.optionalText("data");
        Object finalMessage = data == null ? null : session.message(command.path(), data);
        return producer.closeStream(finalMessage)
                .map(offset -> Result.success().with("status", OK).with("finalOffset", offset.value()));
    }

    static Mono<Result> detach(Session session, Command command) {
        IdempotentProducer producer = session.producers().remove(key(command));
        Mono<Void> detaching = producer == null ? Mono.empty() : producer.close();
        return detaching.thenReturn(Result.success().with("status", OK));
    }

    private static Session.ProducerKey key(Command command) {
        return new Session.ProducerKey(command.path(), command.text("producerId"), command.numberOr("epoch", 0));
    }

    private static IdempotentProducer cached(Session session, Command command) {
        return session.producers().computeIfAbsent(key(command), key -> {
            ProducerSettings settings = settings(session, command);
            return producer(session, command, settings.withLinger(Duration.ZERO).withMaxInFlight(1));
        });
    }

    private static IdempotentProducer producer(Session session, Command command, ProducerSettings settings) {
        String producerId = command.text("producerId");
        DurableStream stream = session.stream(command.path());
        return accepted("producerId", () -> stream.producer(producerId, settings));
    }

    /** A number that the server has is a success, because new producers repeat the batches of other producers. */
    private static ProducerSettings settings(Session session, Command command) {
        return session.producerSettings()
                .withEpoch(command.numberOr("epoch", 0))
                .withAutoClaim(command.flag("autoClaim"))
                .withAcceptReplays(true);
    }
}
