package io.durablestreams.client.producer;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Learns the starting point of a producer when its first message needs it. Thread-safe. */
final class ProducerStarter {

    private final Mono<StartingPoint> learned;
    private final AtomicBoolean learning = new AtomicBoolean();
    private final Disposable.Swap subscription = Disposables.swap();

    private volatile @Nullable Throwable lastFailure;

    /**
     * Creates the starter of one producer.
     *
     * @param contentType requests the content type of the stream, once for each subscription
     * @param context the context of the producer
     */
    ProducerStarter(Mono<String> contentType, ProducerContext context) {
        this.learned = StartingPoint.learn(
                contentType.doOnError(failure -> lastFailure = failure).doOnNext(type -> lastFailure = null), context);
    }

    /** Starts a producer when the starting point is learned, unless that has already begun. A failure may be repeated. */
    void start(ProducerPump pump) {
        if (learning.compareAndSet(false, true)) {
            subscription.update(learned.subscribe(
                    start -> pump.loop().execute(() -> pump.start(start)),
                    failure -> pump.loop().execute(() -> {
                        learning.set(false);
                        pump.notStarted(failure);
                    })));
        }
    }

    /** Returns the most recent failure to learn the content type, or null after a success. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /** Stops learning, permanently. */
    void dispose() {
        subscription.dispose();
    }
}
