package io.durablestreams.server.handler;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * One live read: the place where it waits for a signal that there may be something new. A signal that comes while
 * nobody waits is kept, one of them; so a reader that looks at the store, finds nothing and then waits cannot miss what
 * happened in between.
 */
final class LiveRead implements Disposable {

    private static final Object QUIET = new Object();
    private static final Object SIGNALLED = new Object();

    private final Scheduler scheduler;
    private final Disposable.Composite resources = Disposables.composite();

    // QUIET, SIGNALLED, or the MonoSink of the one who waits.
    private final AtomicReference<Object> state = new AtomicReference<>(QUIET);
    private volatile boolean ended;

    LiveRead(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Adds something to dispose of together with this. */
    void own(Disposable resource) {
        resources.add(resource);
    }

    /** Wakes the one who waits, or the next one who would. */
    void signal() {
        Object before = state.getAndUpdate(current -> current instanceof MonoSink ? QUIET : SIGNALLED);
        if (before instanceof MonoSink<?> sink) {
            wake(sink);
        }
    }

    /** Asks the reader to come to an end: it may answer with what there is, but not wait any more. */
    void end() {
        ended = true;
        signal();
    }

    boolean hasEnded() {
        return ended;
    }

    /**
     * Waits for a signal. At most one may wait at a time.
     *
     * @return true when signalled, false when the time is over; on a thread of the scheduler
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
            // Only now: a sink that is cancelled already runs this at once, and must not stay behind.
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
