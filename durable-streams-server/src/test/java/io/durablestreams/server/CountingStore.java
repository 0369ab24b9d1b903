package io.durablestreams.server;

import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.server.store.StreamPage;
import io.durablestreams.server.store.StreamStore;

/** A store that counts how often it is read. */
final class CountingStore extends DelegatingStore {

    private final AtomicInteger reads = new AtomicInteger();

    CountingStore(StreamStore store) {
        super(store);
    }

    @Override
    public Mono<StreamPage> read(String path, Offset offset, int maxBytes) {
        return super.read(path, offset, maxBytes).doOnSubscribe(subscription -> reads.incrementAndGet());
    }

    int reads() {
        return reads.get();
    }
}
