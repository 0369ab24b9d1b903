package io.durablestreams.client.producer;

import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import reactor.core.publisher.Mono;

/** Keeps epochs in a map. */
final class InMemoryEpochStore implements EpochStore {

    private final ConcurrentMap<ProducerIdentity, Long> epochs = new ConcurrentHashMap<>();

    @Override
    public Mono<Long> next(URI stream, String producerId, long least) {
        return Mono.fromSupplier(() -> epochs.merge(
                new ProducerIdentity(stream, producerId), least, (last, first) -> Math.max(last + 1, first)));
    }

    @Override
    public Mono<Void> record(URI stream, String producerId, long epoch) {
        return Mono.fromRunnable(() -> epochs.merge(new ProducerIdentity(stream, producerId), epoch, Math::max));
    }
}
