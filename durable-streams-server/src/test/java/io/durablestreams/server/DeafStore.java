package io.durablestreams.server;

import reactor.core.Disposable;

import io.durablestreams.server.store.InMemoryStreamStore;

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
