package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/** What every {@link EpochStore} promises. */
abstract class EpochStoreContract {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final URI ORDERS = URI.create("http://localhost:4437/v1/stream/orders");

    private static final URI INVOICES = URI.create("http://localhost:4437/v1/stream/invoices");

    private EpochStore store;

    /** Returns a store that knows nothing yet. */
    abstract EpochStore store();

    @BeforeEach
    void makeStore() {
        store = store();
    }

    long next(long least) {
        return store.next(ORDERS, "shop", least).block(PATIENCE);
    }

    void record(long epoch) {
        StepVerifier.create(store.record(ORDERS, "shop", epoch))
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void startsWithTheLeastEpochAndGoesUpFromThere() {
        assertThat(List.of(next(0), next(0), next(7), next(7), next(3))).containsExactly(0L, 1L, 7L, 8L, 9L);
    }

    @Test
    void goesUpFromWhatIsRecorded() {
        record(4);
        assertThat(next(0)).isEqualTo(5);
        record(9);
        assertThat(next(2)).isEqualTo(10);
    }

    @Test
    void whatIsNotAboveTheKnownEpochsChangesNothing() {
        record(4);
        record(4);
        record(2);

        assertThat(next(0)).isEqualTo(5);
    }

    @Test
    void keepsLargeEpochs() {
        record(9_007_199_254_740_990L);

        assertThat(next(0)).isEqualTo(9_007_199_254_740_991L);
    }

    @Test
    void keepsProducersAndStreamsApart() {
        record(4);

        assertThat(store.next(ORDERS, "shop 2", 0).block(PATIENCE)).isZero();
        assertThat(store.next(INVOICES, "shop", 0).block(PATIENCE)).isZero();
        assertThat(next(0)).isEqualTo(5);
    }

    @Test
    void doesNothingBeforeASubscriptionAndOneStepForEach() {
        Mono<Long> next = store.next(ORDERS, "shop", 0);
        store.record(ORDERS, "shop", 100);

        assertThat(List.of(next.block(PATIENCE), next.block(PATIENCE))).containsExactly(0L, 1L);
    }

    @Test
    void givesNoEpochTwiceToThoseWhoAskAtTheSameTime() {
        List<Long> epochs = Flux.range(0, 50)
                .flatMap(i -> store.next(ORDERS, "shop", 0).subscribeOn(Schedulers.boundedElastic()), 50)
                .collectSortedList()
                .block(PATIENCE);

        assertThat(epochs).isEqualTo(LongStream.range(0, 50).boxed().toList());
    }

    @Test
    void mayBeUsedOnThreadsThatMustNotBlock() {
        StepVerifier.create(store.next(ORDERS, "shop", 3).subscribeOn(Schedulers.parallel()))
                .expectNext(3L)
                .expectComplete()
                .verify(PATIENCE);
    }
}
