package io.durablestreams.server.handler;

import reactor.core.Disposable;

import io.durablestreams.server.store.DelegatingStore;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/** A store whose signals all get lost, as those of another node can. */
final class DeafStore extends DelegatingStore {

    DeafStore() {
        super(new InMemoryStreamStore());
    }

    @Override
    public Disposable watch(String path, Runnable listener) {
        return () -> {};
    }
}
