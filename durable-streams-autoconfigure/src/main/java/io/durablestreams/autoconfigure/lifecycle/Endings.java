package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Ends several beans at the same time, so that a bean that fails or hangs does not prevent the others from ending. */
final class Endings {

    private static final Logger logger = LoggerFactory.getLogger(Endings.class);

    private Endings() {}

    /**
     * Returns a {@code Mono} that completes when each bean has ended, has failed to end, or has exceeded the timeout. It
     * does not fail.
     *
     * @param beans the beans
     * @param end ends a bean, on a thread that may be blocked. A mock may return null, which means that the bean has ended
     * @param timeout the longest wait for each bean
     * @param failed called for each bean that fails or exceeds the timeout
     */
    static <T> Mono<Void> each(
            List<T> beans, Function<T, @Nullable Mono<Void>> end, Duration timeout, BiConsumer<T, Throwable> failed) {
        return Flux.fromIterable(beans)
                .flatMap(bean -> one(bean, end, timeout, failed), Integer.MAX_VALUE)
                .then();
    }

    private static <T> Mono<Void> one(
            T bean, Function<T, @Nullable Mono<Void>> end, Duration timeout, BiConsumer<T, Throwable> failed) {
        return Mono.defer(() -> {
                    Mono<Void> begun = end.apply(bean);
                    return begun == null ? Mono.empty() : begun;
                })
                .subscribeOn(Schedulers.boundedElastic())
                .timeout(timeout, Mono.error(() -> new TimeoutException("not ended within " + timeout)))
                .doOnError(failure -> failed.accept(bean, failure))
                .onErrorResume(failure -> {
                    logger.debug("{} has not ended as it should", bean.getClass(), failure);
                    return Mono.empty();
                });
    }
}
