package io.durablestreams.server;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.server.store.AppendResult;
import io.durablestreams.server.store.CreateResult;
import io.durablestreams.server.store.StreamAppend;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.StreamInfo;
import io.durablestreams.server.store.StreamPage;
import io.durablestreams.server.store.StreamStore;

/** A store that leaves everything to another one; tests change what they are about. */
class DelegatingStore implements StreamStore {

    private final StreamStore store;

    DelegatingStore(StreamStore store) {
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
