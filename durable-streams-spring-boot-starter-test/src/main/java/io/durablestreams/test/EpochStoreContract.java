package io.durablestreams.test;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.protocol.ProducerSequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

/**
 * The contract of an {@link EpochStore}, as JUnit tests (protocol §5.2.1). The test class of a store extends this
 * class, and creates the store.
 *
 * <p>Each test uses a store from {@link #createStore()}. Some tests also use stores from {@link #reopenStore()}, which
 * stand for another application, or for the same application after a restart. The tests use the stores from several
 * threads, also from threads that must not be blocked. An operation that takes longer than {@link #PATIENCE} fails its
 * test.
 */
public abstract class EpochStoreContract {

    /** The longest wait for one operation: 30 s. */
    protected static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final URI ORDERS = URI.create("http://localhost:4437/v1/stream/orders");
    private static final URI INVOICES = URI.create("http://localhost:4437/v1/stream/invoices");

    private EpochStore store;

    /**
     * Returns a store without epochs. Called once before each test, on the thread of the test.
     *
     * @return the store; its epochs must be separate from the epochs of earlier tests
     */
    protected abstract EpochStore createStore();

    /**
     * Returns another store with the same underlying storage as the last store of {@link #createStore()}. Both stores
     * are used at the same time. May be called several times in a test, from several threads.
     *
     * @return the other store, or the same one if its epochs have no storage outside it
     */
    protected abstract EpochStore reopenStore();

    @BeforeEach
    void makeStore() {
        store = createStore();
    }

    private long next(long least) {
        return next(store, least);
    }

    private static long next(EpochStore store, long least) {
        return Objects.requireNonNull(
                store.next(ORDERS, "shop", least).block(PATIENCE), "next() completed without an epoch");
    }

    private void record(long epoch) {
        store.record(ORDERS, "shop", epoch).block(PATIENCE);
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
        record(ProducerSequence.MAX_VALUE - 1);

        assertThat(next(0)).isEqualTo(ProducerSequence.MAX_VALUE);
    }

    @Test
    void keepsProducersAndStreamsApart() {
        record(4);

        assertThat(store.next(ORDERS, "shop 2", 0).block(PATIENCE)).isZero();
        assertThat(store.next(INVOICES, "shop", 0).block(PATIENCE)).isZero();
        assertThat(next(0)).isEqualTo(5);
    }

    @Test
    void takesProducerIdsAsTheyAre() {
        List<String> ids = List.of("a", "A", "a b", "a/b", "a%2Fb", "a:b", "a\\b", "a'b", "a\"b", "*", "x".repeat(200));
        for (String id : ids) {
            store.record(ORDERS, id, 10 + ids.indexOf(id)).block(PATIENCE);
        }

        assertThat(ids)
                .allSatisfy(id -> assertThat(reopenStore().next(ORDERS, id, 0).block(PATIENCE))
                        .isEqualTo(11 + ids.indexOf(id)));
    }

    @Test
    void doesNothingBeforeASubscriptionAndOneStepForEach() {
        Mono<Long> next = store.next(ORDERS, "shop", 0);
        store.record(ORDERS, "shop", 100);

        assertThat(next.block(PATIENCE)).isZero();
        assertThat(next.block(PATIENCE)).isEqualTo(1);
    }

    @Test
    void whatItHasToldOutlivesIt() {
        next(6);
        assertThat(next(reopenStore(), 0)).isEqualTo(7);

        record(20);
        assertThat(next(reopenStore(), 0)).isEqualTo(21);
        assertThat(next(0)).isEqualTo(22);
    }

    @Test
    void givesNoEpochTwiceToThoseWhoAskAtTheSameTime() {
        List<Long> epochs = Flux.range(0, 50)
                .flatMap(
                        i -> Mono.defer(() -> (i % 2 == 0 ? store : reopenStore()).next(ORDERS, "shop", 0))
                                .subscribeOn(Schedulers.boundedElastic()),
                        50)
                .collectSortedList()
                .block(PATIENCE);

        assertThat(epochs).doesNotHaveDuplicates().hasSize(50);
        assertThat(epochs).last(LONG).isLessThan(next(0));
    }

    @Test
    void losesNoEpochThatIsRecordedWhileOthersAsk() {
        Flux.range(0, 50)
                .flatMap(
                        i -> i % 2 == 0
                                ? store.next(ORDERS, "shop " + i % 10, 0).then()
                                : reopenStore().record(ORDERS, "recorded " + i, i),
                        50)
                .blockLast(PATIENCE);

        assertThat(LongStream.iterate(1, i -> i < 50, i -> i + 2))
                .allSatisfy(
                        i -> assertThat(store.next(ORDERS, "recorded " + i, 0).block(PATIENCE))
                                .isEqualTo(i + 1));
    }

    @Test
    void mayBeUsedOnThreadsThatMustNotBlock() {
        Long epoch = Mono.defer(() -> store.record(ORDERS, "shop", 2).then(store.next(ORDERS, "shop", 0)))
                .subscribeOn(Schedulers.parallel())
                .block(PATIENCE);

        assertThat(epoch).isEqualTo(3);
    }
}
