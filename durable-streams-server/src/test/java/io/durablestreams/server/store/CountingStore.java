package io.durablestreams.server.store;

import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;

/** A store that counts how often it is read. */
public final class CountingStore extends DelegatingStore {

    private final AtomicInteger reads = new AtomicInteger();

    public CountingStore(StreamStore store) {
        super(store);
    }

    @Override
    public Mono<StreamPage> read(String path, Offset offset, int maxBytes) {
        return super.read(path, offset, maxBytes).doOnSubscribe(subscription -> reads.incrementAndGet());
    }

    public int reads() {
        return reads.get();
    }
}
