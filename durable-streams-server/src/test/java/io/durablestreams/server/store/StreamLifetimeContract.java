package io.durablestreams.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.protocol.Offset;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@link StreamStore} promises of deletion, expiry and watches. Every store has a test that extends this. */
public abstract class StreamLifetimeContract extends StoreFixture {

    // Deletion

    @Test
    void whatIsDeletedIsAbsent() {
        create(TEXT);
        run(store.delete(PATH));

        assertAbsent(store.info(PATH));
        assertAbsent(store.read(PATH, Offset.BEGINNING, ALL));
        assertAbsent(store.append(PATH, text("x")));
        assertAbsent(store.delete(PATH));
    }

    @Test
    void whatIsCreatedAgainIsAnotherStream() {
        StreamInfo first = create(TEXT).stream();
        append(text("a").withSeq("z").withProducer(sequence(7, 0)));
        run(store.delete(PATH));

        StreamInfo second = create(TEXT).stream();

        assertThat(second.incarnation()).isNotEqualTo(first.incarnation());
        assertThat(read(Offset.BEGINNING).messages()).isEmpty();
        assertThat(append(text("b").withSeq("a").withProducer(sequence(0, 0))).verdict())
                .isEqualTo(accepted(0, 0));
    }

    // Expiry

    @Test
    void aStreamExpiresWhenItWasNotUsedForItsTtl() {
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        clock.advance(Duration.ofMillis(9_999));
        assertThat(info().config().ttl()).isEqualTo(Duration.ofSeconds(10));

        clock.advance(Duration.ofMillis(1));

        assertAbsent(store.info(PATH));
        assertAbsent(store.read(PATH, Offset.BEGINNING, ALL));
        assertAbsent(store.append(PATH, text("x")));
        assertAbsent(store.delete(PATH));
        assertThat(create(TEXT).created()).isTrue();
        assertThat(read(Offset.BEGINNING).messages()).isEmpty();
    }

    @Test
    void acceptedAppendsAndReadsRestartTheTtl() {
        List<Mono<?>> uses = List.of(
                store.append(PATH, text("x")),
                store.read(PATH, Offset.BEGINNING, ALL),
                store.read(PATH, Offset.NOW, ALL),
                store.append(PATH, text("y").withProducer(sequence(0, 0))),
                store.append(PATH, StreamAppend.of(AppendBody.NONE).withClose()));
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        for (Mono<?> use : uses) {
            clock.advance(Duration.ofSeconds(9));
            run(use);
        }
        clock.advance(Duration.ofSeconds(9));
        assertThat(info().closed()).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertAbsent(store.info(PATH));
    }

    @Test
    void nothingElseRestartsTheTtl() {
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        clock.advance(Duration.ofSeconds(9));
        info();
        assertThat(create(TEXT).created()).isFalse();
        assertThat(append(json("1")).verdict()).isInstanceOf(AppendVerdict.OtherContentType.class);

        clock.advance(Duration.ofSeconds(1));

        assertAbsent(store.info(PATH));
    }

    @Test
    void theTtlDoesNotRunOutWhileTheStreamIsWatchedAndStartsAnewAfterwards() {
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        Disposable watch = store.watch(PATH, () -> {});
        Disposable another = store.watch(PATH, () -> {});
        clock.advance(Duration.ofSeconds(60));
        watch.dispose();
        clock.advance(Duration.ofSeconds(60));
        info();

        another.dispose();

        clock.advance(Duration.ofMillis(9_999));
        info();
        clock.advance(Duration.ofMillis(1));
        assertAbsent(store.info(PATH));
    }

    @Test
    void aWatchDoesNotBringBackWhatHasExpired() {
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        clock.advance(Duration.ofSeconds(10));

        Disposable watch = store.watch(PATH, () -> {});

        assertAbsent(store.info(PATH));
        watch.dispose();
        assertAbsent(store.info(PATH));
    }

    @Test
    void anExpiryComesWhateverHappens() {
        Instant expiry = clock.instant().plusSeconds(10);
        create(TEXT.withExpiresAt(expiry));
        Disposable watch = store.watch(PATH, () -> {});
        clock.advance(Duration.ofMillis(9_999));
        append("x");
        read(Offset.BEGINNING);

        clock.advance(Duration.ofMillis(1));

        assertAbsent(store.read(PATH, Offset.BEGINNING, ALL));
        watch.dispose();
    }

    @Test
    void aStreamWithATtlOfZeroIsGoneAtOnce() {
        assertThat(create(TEXT.withTtl(Duration.ZERO)).created()).isTrue();

        assertAbsent(store.info(PATH));
    }

    // Watching

    @Test
    void everyChangeIsSignalled() throws Exception {
        List<Mono<?>> changes = List.of(
                store.create(PATH, StreamCreation.of(TEXT)),
                store.append(PATH, text("x")),
                store.append(PATH, StreamAppend.of(AppendBody.NONE).withClose()),
                store.delete(PATH));
        for (Mono<?> change : changes) {
            Semaphore signals = new Semaphore(0);
            Disposable watch = store.watch(PATH, signals::release);
            run(change);
            assertThat(signals.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            watch.dispose();
        }
    }

    @Test
    void watchesAreOfOnePathAndEndWhenDisposedOf() throws Exception {
        create(TEXT);
        get(store.create("/other", StreamCreation.of(TEXT)));
        Semaphore ended = new Semaphore(0);
        Semaphore other = new Semaphore(0);
        Semaphore signals = new Semaphore(0);
        Disposable ending = store.watch(PATH, ended::release);
        store.watch("/other", other::release);
        store.watch(PATH, signals::release);
        ending.dispose();

        append("x");

        assertThat(signals.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        assertThat(ended.availablePermits()).isZero();
        assertThat(other.availablePermits()).isZero();
    }

    @RepeatedTest(200)
    void noSignalIsLostBetweenWatchingAndReading() throws Exception {
        create(TEXT);
        CountDownLatch start = new CountDownLatch(1);
        Mono<AppendResult> append = store.append(PATH, text("x"));
        Disposable writer = Schedulers.parallel().schedule(() -> {
            start.countDown();
            run(append);
        });
        start.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);

        Semaphore signals = new Semaphore(0);
        Disposable watch = store.watch(PATH, signals::release);
        if (read(Offset.BEGINNING).isEmpty()) {
            assertThat(signals.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(read(Offset.BEGINNING).isEmpty()).isFalse();
        }
        watch.dispose();
        writer.dispose();
    }

    // Calls

    @Test
    void nothingHappensBeforeSubscriptionAndEachDoesItAgain() {
        Mono<CreateResult> creation = store.create(PATH, StreamCreation.of(TEXT));
        assertAbsent(store.info(PATH));
        get(creation);
        Mono<AppendResult> append = store.append(PATH, text("x"));
        assertThat(read(Offset.BEGINNING).isEmpty()).isTrue();
        get(append);
        get(append);
        assertThat(texts(read(Offset.BEGINNING))).containsExactly("x", "x");
    }
}
