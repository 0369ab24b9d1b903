package io.durablestreams.server.handler;

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

/** Signals all failures of a store of the application, also errors that it throws. */
final class SignallingStore implements StreamStore {

    private final StreamStore store;

    SignallingStore(StreamStore store) {
        this.store = store;
    }

    @Override
    public Mono<CreateResult> create(String path, StreamCreation creation) {
        return ThrownErrors.signalled(() -> store.create(path, creation));
    }

    @Override
    public Mono<AppendResult> append(String path, StreamAppend append) {
        return ThrownErrors.signalled(() -> store.append(path, append));
    }

    @Override
    public Mono<StreamPage> read(String path, Offset offset, int maxBytes) {
        return ThrownErrors.signalled(() -> store.read(path, offset, maxBytes));
    }

    @Override
    public Mono<StreamInfo> info(String path) {
        return ThrownErrors.signalled(() -> store.info(path));
    }

    @Override
    public Mono<Void> delete(String path) {
        return ThrownErrors.signalled(() -> store.delete(path));
    }

    @Override
    public Disposable watch(String path, Runnable listener) {
        return store.watch(path, listener);
    }
}
