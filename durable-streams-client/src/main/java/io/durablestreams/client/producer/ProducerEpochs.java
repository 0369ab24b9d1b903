package io.durablestreams.client.producer;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.ApplicationCode;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.protocol.ProducerSequence;

/** The epochs of one producer, and the store that keeps them across restarts, if there is one. */
final class ProducerEpochs {

    private final ProducerIdentity identity;
    private final @Nullable EpochStore store;
    private final Timing timing;

    /** The highest epoch that may be used. Higher epochs must be recorded first. */
    private volatile long recorded = -1;

    ProducerEpochs(ProducerIdentity identity, @Nullable EpochStore store, Timing timing) {
        this.identity = identity;
        this.store = store;
        this.timing = timing;
    }

    boolean areStored() {
        return store != null;
    }

    /** Returns the first epoch, which is not below the given one. */
    Mono<Long> first(long least) {
        EpochStore epochs = store;
        if (epochs == null) {
            return Mono.just(least);
        }
        return ApplicationCode.mono(() -> epochs.next(identity.url(), identity.producerId(), least))
                .single()
                .doOnNext(epoch -> {
                    requireUsable(epoch, least);
                    recorded = epoch;
                })
                .onErrorMap(this::storeFailure);
    }

    private static void requireUsable(long epoch, long least) {
        if (epoch < least || epoch > ProducerSequence.MAX_VALUE) {
            throw new IllegalStateException("the EpochStore gave epoch " + epoch + ", which is not between " + least
                    + " and " + ProducerSequence.MAX_VALUE);
        }
    }

    /** Completes when requests may be sent under the epoch. */
    Mono<Void> use(long epoch, Duration timeout) {
        EpochStore epochs = store;
        if (epochs == null || epoch <= recorded) {
            return Mono.empty();
        }
        return ApplicationCode.mono(() -> epochs.record(identity.url(), identity.producerId(), epoch))
                .timeout(timeout, timing.scheduler())
                .doOnSuccess(done -> recorded = Math.max(recorded, epoch))
                .onErrorMap(this::storeFailure);
    }

    private TransientStreamException storeFailure(Throwable failure) {
        return new TransientStreamException(
                Failure.of(
                        StreamOperation.APPEND,
                        identity.url(),
                        "the epoch of producer '" + identity.producerId()
                                + "' could not be had or stored, and nothing was sent: " + failure,
                        failure),
                null,
                true);
    }
}
