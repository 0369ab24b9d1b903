package io.durablestreams.client.producer;

import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.concurrent.Queues;

import io.durablestreams.protocol.AppendReceipt;

/** Sends many messages concurrently, and returns their receipts in the order of the messages. */
final class OrderedReceipts {

    /** The number of messages in flight. Their bytes are limited by the producer's buffer. */
    private static final int MOST_AWAITED = 16_384;

    private OrderedReceipts() {}

    /** Sends all messages. A failure is delivered in order: after the receipts of all earlier messages. */
    static Flux<AppendReceipt> of(Publisher<?> messages, Function<Object, Mono<AppendReceipt>> send) {
        return Flux.from(messages)
                .flatMapSequentialDelayError(
                        message -> send.apply(message).materialize(), MOST_AWAITED, Queues.XS_BUFFER_SIZE)
                .handle((outcome, sink) -> {
                    Throwable failure = outcome.getThrowable();
                    AppendReceipt receipt = outcome.get();
                    if (failure != null) {
                        sink.error(failure);
                    } else if (receipt != null) {
                        sink.next(receipt);
                    }
                });
    }
}
