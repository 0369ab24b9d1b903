package io.durablestreams.server.handler;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Signals the errors that Reactor throws instead, such as a {@link LinkageError} of a store. Without a signal, a request
 * would never be answered. It must be next to the code that throws: an error passes through all operators that are
 * subscribed to or receive a signal at that moment.
 */
final class ThrownErrors<T> extends MonoOperator<T, T> {

    private ThrownErrors(Mono<T> source) {
        super(source);
    }

    /** Returns the result of the code, which is called once for each subscription. */
    static <T> Mono<T> signalled(Supplier<Mono<T>> code) {
        return new ThrownErrors<>(Mono.defer(code));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Relay<T> relay = new Relay<>(actual);
        actual.onSubscribe(relay);
        try {
            source.subscribe(relay);
        } catch (Throwable error) {
            relay.onError(error);
        }
    }

    private static final class Relay<T> extends Operators.DeferredSubscription implements CoreSubscriber<T> {

        private final CoreSubscriber<? super T> actual;
        private final AtomicBoolean ended = new AtomicBoolean();

        Relay(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            try {
                set(subscription);
            } catch (Throwable error) {
                onError(error);
            }
        }

        @Override
        public void request(long demand) {
            try {
                super.request(demand);
            } catch (Throwable error) {
                onError(error);
            }
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
    }
}
