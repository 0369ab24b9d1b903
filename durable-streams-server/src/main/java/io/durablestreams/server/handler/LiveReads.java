package io.durablestreams.server.handler;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

import io.durablestreams.server.store.StreamStore;

/** All live reads of a handler, which can be ended together. */
final class LiveReads {

    private final Set<LiveRead> open = ConcurrentHashMap.newKeySet();
    private final StreamStore store;
    private final Scheduler scheduler;

    // While live reads are stopped, a sink that completes when the last of them has ended; otherwise null.
    private final AtomicReference<Sinks.@Nullable Empty<Void>> drained = new AtomicReference<>();

    LiveReads(StreamStore store, Scheduler scheduler) {
        this.store = store;
        this.scheduler = scheduler;
    }

    /**
     * Begins a live read of a path, and watches the path. The caller must dispose of the read.
     *
     * @param lifetime the time after which the read is asked to end
     */
    LiveRead open(String path, Duration lifetime) {
        LiveRead read = new LiveRead(scheduler);
        open.add(read);
        read.own(() -> release(read));
        read.own(store.watch(path, read::signal));
        if (drained.get() != null) {
            read.end();
        } else {
            read.own(scheduler.schedule(read::end, lifetime.toMillis(), TimeUnit.MILLISECONDS));
        }
        return read;
    }

    /** Ends all live reads, and each later one at once. Completes when none is left. */
    Mono<Void> stop() {
        return Mono.defer(() -> {
            drained.compareAndSet(null, Sinks.empty());
            Sinks.Empty<Void> done = drained.get();
            open.forEach(LiveRead::end);
            completeWhenDrained();
            return done != null ? done.asMono() : Mono.empty();
        });
    }

    /** Lets live reads wait again. */
    void start() {
        Sinks.Empty<Void> done = drained.getAndSet(null);
        if (done != null) {
            done.tryEmitEmpty();
        }
    }

    int size() {
        return open.size();
    }

    private void release(LiveRead read) {
        open.remove(read);
        completeWhenDrained();
    }

    private void completeWhenDrained() {
        Sinks.Empty<Void> done = drained.get();
        if (done != null && open.isEmpty()) {
            done.tryEmitEmpty();
        }
    }
}
