package io.durablestreams.server.handler;

import java.time.Clock;

import reactor.core.scheduler.Schedulers;

import io.durablestreams.server.store.StreamStore;

/** A handler that tells how many live reads are in progress, for tests outside of this package. */
public final class ObservedHandler {

    private final LiveReads liveReads;
    private final DurableStreamHandler handler;

    public ObservedHandler(StreamStore store, ServerSettings settings) {
        this.liveReads = new LiveReads(store, Schedulers.parallel());
        this.handler = new DefaultDurableStreamHandler(
                new HandlerContext(store, settings, liveReads, Clock.systemUTC(), () -> 0.5));
    }

    public DurableStreamHandler handler() {
        return handler;
    }

    public int liveReads() {
        return liveReads.size();
    }
}
