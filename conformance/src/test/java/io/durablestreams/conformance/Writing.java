package io.durablestreams.conformance;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.Offset;

/** Ways to write while something else goes on. */
final class Writing {

    private static final int PORTION = 10;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Writing() {}

    /** Writes messages in small portions over time, and then closes the stream. */
    static Mono<Offset> overTime(IdempotentProducer producer, int from, int to) {
        return Flux.fromIterable(Message.numbered(from, to))
                .buffer(PORTION)
                .delayElements(PAUSE)
                .doOnNext(messages -> messages.forEach(producer::append))
                .then(Mono.defer(producer::closeStream));
    }

    /** Returns what is read, and starts to write with the first batch; completes when both have come to their end. */
    static <T> Flux<T> onceReading(Flux<Batch<T>> reading, Mono<?> writing) {
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        return reading.doOnNext(first -> started.complete(true))
                .concatMapIterable(Batch::items)
                .mergeWith(Mono.fromFuture(started).then(writing).then(Mono.empty()));
    }
}
