package io.durablestreams.client.producer;

import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.concurrent.Queues;

import io.durablestreams.protocol.AppendReceipt;

/** Sends messages with many under way at the same time, and gives their receipts in the order of the messages. */
final class OrderedReceipts {

    /** Messages under way at the same time. Their bytes are bounded by the producer's buffer. */
    private static final int MOST_AWAITED = 16_384;

    private OrderedReceipts() {}

    /** A failure comes at the place of its message, or of the publisher's end, behind the receipts of those before it. */
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
