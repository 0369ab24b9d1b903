package io.durablestreams.server.store;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;

/** A store that leaves everything to another one; tests change what they are about. */
public class DelegatingStore implements StreamStore {

    private final StreamStore store;

    protected DelegatingStore(StreamStore store) {
        this.store = store;
    }

    @Override
    public Mono<CreateResult> create(String path, StreamCreation creation) {
        return store.create(path, creation);
    }

    @Override
    public Mono<AppendResult> append(String path, StreamAppend append) {
        return store.append(path, append);
    }

    @Override
    public Mono<StreamPage> read(String path, Offset offset, int maxBytes) {
        return store.read(path, offset, maxBytes);
    }

    @Override
    public Mono<StreamInfo> info(String path) {
        return store.info(path);
    }

    @Override
    public Mono<Void> delete(String path) {
        return store.delete(path);
    }

    @Override
    public Disposable watch(String path, Runnable listener) {
        return store.watch(path, listener);
    }
}
