package io.durablestreams.client.producer;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

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
        this.learned = StartingPoint.learn(contentType.doOnError(failure -> lastFailure = failure), context);
    }

    /**
     * Learns the starting point, unless that has already begun. After {@link #mayLearnAgain}, the next call begins
     * again.
     */
    void learn(Consumer<StartingPoint> started, Consumer<Throwable> failed) {
        if (learning.compareAndSet(false, true)) {
            subscription.update(learned.subscribe(started, failed));
        }
    }

    /** Lets the next call of {@link #learn} begin again. */
    void mayLearnAgain() {
        learning.set(false);
    }

    /** Returns the starting point. Each subscription requests it again. */
    Mono<StartingPoint> learned() {
        return learned;
    }

    /** Returns the last failure to learn the content type, or null. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /** Stops learning. */
    void dispose() {
        subscription.dispose();
    }
}
