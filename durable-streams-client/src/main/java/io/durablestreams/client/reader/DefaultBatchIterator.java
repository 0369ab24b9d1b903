package io.durablestreams.client.reader;

import java.util.NoSuchElementException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.protocol.Batch;

/** Requests a batch when the thread asks for it, and lets the thread wait. The queue has at most two signals. */
final class DefaultBatchIterator<T> implements BatchIterator<T> {

    private final Flux<Batch<T>> batches;
    private final Requests requests = new Requests();
    private final LinkedBlockingQueue<Signal<Batch<T>>> arrived = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    // Used by the iterating thread.
    private boolean begun;
    private @Nullable Signal<Batch<T>> current;

    DefaultBatchIterator(Flux<Batch<T>> batches) {
        this.batches = batches;
    }

    private final class Requests extends BaseSubscriber<Batch<T>> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Batch<T> batch) {
            arrived.add(Signal.next(batch));
        }

        @Override
        protected void hookOnError(Throwable failure) {
            arrived.add(Signal.error(failure));
        }

        @Override
        protected void hookFinally(SignalType end) {
            if (end != SignalType.ON_ERROR) {
                arrived.add(Signal.complete());
            }
        }
    }

    @Override
    public boolean hasNext() {
        Signal<Batch<T>> signal = signal();
        if (closed.get()) {
            return false;
        }
        if (signal.getThrowable() instanceof RuntimeException failure) {
            throw failure;
        }
        if (signal.getThrowable() instanceof Error failure) {
            throw failure;
        }
        return signal.isOnNext();
    }

    @Override
    public Batch<T> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The read has ended");
        }
        Batch<T> batch = signal().get();
        current = null;
        if (batch == null) {
            throw new NoSuchElementException("The read has ended");
        }
        return batch;
    }

    /** Returns the batch that was not taken yet, or the end, which stays. */
    private Signal<Batch<T>> signal() {
        Signal<Batch<T>> known = current;
        if (known != null) {
            return known;
        }
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException(
                    "The thread " + Thread.currentThread().getName() + " must not block. Use batches() there");
        }
        if (!begun) {
            begun = true;
            batches.subscribe(requests);
        }
        requests.request(1);
        Signal<Batch<T>> next = await();
        current = next;
        return next;
    }

    private Signal<Batch<T>> await() {
        try {
            return arrived.take();
        } catch (InterruptedException interrupt) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a batch", interrupt);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            requests.cancel();
            arrived.add(Signal.complete()); // For a thread that waits before the read has begun.
        }
    }
}
