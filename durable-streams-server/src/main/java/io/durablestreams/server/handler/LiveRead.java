package io.durablestreams.server.handler;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * One live read, which waits for a signal that its stream may have new content. A signal that arrives while the reader
 * does not wait is kept. Further signals are merged with it. A reader that reads the store, finds nothing and then
 * waits therefore misses no change in between.
 */
final class LiveRead implements Disposable {

    private static final Object QUIET = new Object();
    private static final Object SIGNALLED = new Object();

    private final Scheduler scheduler;
    private final Disposable.Composite resources = Disposables.composite();

    // QUIET, SIGNALLED, or the MonoSink of the waiting reader.
    private final AtomicReference<Object> state = new AtomicReference<>(QUIET);
    private volatile boolean ended;

    LiveRead(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Adds a resource that is disposed of together with this read. */
    void own(Disposable resource) {
        resources.add(resource);
    }

    /** Wakes the waiting reader. If the reader does not wait, its next wait ends at once. */
    void signal() {
        Object before = state.getAndUpdate(current -> current instanceof MonoSink ? QUIET : SIGNALLED);
        if (before instanceof MonoSink<?> sink) {
            wake(sink);
        }
    }

    /** Asks the reader to end: it may still deliver existing content, but must not wait again. */
    void end() {
        ended = true;
        signal();
    }

    boolean hasEnded() {
        return ended;
    }

    /**
     * Waits for a signal. Only one subscription may wait at a time.
     *
     * @param atMost the longest wait
     * @return true after a signal, false when the time is over; on a thread of the scheduler
     */
    Mono<Boolean> await(Duration atMost) {
        return Mono.<Boolean>create(this::register)
                .timeout(atMost, Mono.just(false), scheduler)
                .publishOn(scheduler);
    }

    @Override
    public void dispose() {
        resources.dispose();
    }

    @Override
    public boolean isDisposed() {
        return resources.isDisposed();
    }

    private void register(MonoSink<Boolean> sink) {
        if (state.compareAndSet(QUIET, sink)) {
            // After the registration: a sink that is already cancelled runs this at once, and must not stay registered.
            sink.onDispose(() -> state.compareAndSet(sink, QUIET));
        } else {
            state.set(QUIET);
            sink.success(true);
        }
    }

    @SuppressWarnings("unchecked")
    private static void wake(MonoSink<?> sink) {
        ((MonoSink<Boolean>) sink).success(true);
    }
}
