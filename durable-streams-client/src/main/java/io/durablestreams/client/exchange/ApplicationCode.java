package io.durablestreams.client.exchange;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Subscribes to publishers that run code of the application, such as suppliers of headers, filters and stores. Reactor
 * throws some errors instead of signalling them, for example {@link LinkageError} and {@link StackOverflowError}. The
 * subscriber would then never receive a signal. Here such an error is signalled.
 */
public final class ApplicationCode {

    private ApplicationCode() {}

    /** Code of the application has failed with an error, and not with an exception. */
    static final class Failed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private Failed(Throwable error) {
            super(error.toString(), error);
        }

        @Override
        public String toString() {
            return String.valueOf(getMessage());
        }
    }

    /** Returns the publisher that the code supplies, once for each subscription. */
    public static <T> Mono<T> mono(Supplier<? extends Publisher<T>> code) {
        return mono(code, Failed::new);
    }

    /**
     * Returns the publisher that the code supplies, once for each subscription.
     *
     * @param code the code
     * @param failure creates the failure to signal from an error that Reactor does not signal
     */
    public static <T> Mono<T> mono(
            Supplier<? extends Publisher<T>> code, Function<? super Throwable, ? extends Throwable> failure) {
        return Mono.from(new Guarded<>(Flux.defer(code), failure));
    }

    /** Returns the publisher that the code supplies, once for each subscription. */
    static <T> Flux<T> flux(Supplier<? extends Publisher<T>> code) {
        return new Guarded<>(Flux.defer(code), Failed::new);
    }

    private static final class Guarded<T> extends FluxOperator<T, T> {

        private final Function<? super Throwable, ? extends Throwable> asFailure;

        Guarded(Flux<T> source, Function<? super Throwable, ? extends Throwable> asFailure) {
            super(source);
            this.asFailure = asFailure;
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            Relay<T> relay = new Relay<>(actual, asFailure);
            try {
                source.subscribe(relay);
            } catch (Throwable error) {
                relay.failed(error);
            }
        }
    }

    /** Passes on all signals. The source may throw while it is subscribed to, and while more is requested. */
    private static final class Relay<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final Function<? super Throwable, ? extends Throwable> asFailure;
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile @Nullable Subscription subscription;

        Relay(CoreSubscriber<? super T> actual, Function<? super Throwable, ? extends Throwable> asFailure) {
            this.actual = actual;
            this.asFailure = asFailure;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription source) {
            subscription = source;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(T item) {
            actual.onNext(item);
        }

        @Override
        public void onError(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                actual.onError(failure);
            } else {
                Operators.onErrorDropped(failure, currentContext());
            }
        }

        @Override
        public void onComplete() {
            if (ended.compareAndSet(false, true)) {
                actual.onComplete();
            }
        }

        @Override
        public void request(long demand) {
            Subscription source = subscription;
            if (source != null) {
                try {
                    source.request(demand);
                } catch (Throwable error) {
                    failed(error);
                }
            }
        }

        @Override
        public void cancel() {
            Subscription source = subscription;
            if (source != null) {
                source.cancel();
            }
        }

        void failed(Throwable error) {
            Throwable failure = asFailure.apply(error);
            if (subscription == null) {
                ended.set(true);
                Operators.error(actual, failure);
            } else {
                cancel();
                onError(failure);
            }
        }
    }
}
