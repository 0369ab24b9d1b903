package io.durablestreams.server.handler;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class LiveReadTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final LiveRead read = new LiveRead(time);

    @Test
    void aSignalEndsTheWait() {
        StepVerifier.create(read.await(A_MINUTE))
                .expectSubscription()
                .then(read::signal)
                .expectNext(true)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aSignalBeforeTheWaitIsKeptOnce() {
        read.signal();
        read.signal();

        StepVerifier.create(read.await(A_MINUTE))
                .expectNext(true)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(read.await(A_MINUTE))
                .expectSubscription()
                .then(() -> time.advanceTimeBy(A_MINUTE))
                .expectNext(false)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aWaitThatWasCancelledDoesNotTakeTheNextSignal() {
        StepVerifier.create(read.await(A_MINUTE))
                .expectSubscription()
                .thenCancel()
                .verify(TIMEOUT);
        read.signal();

        StepVerifier.create(read.await(A_MINUTE))
                .expectNext(true)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aWaitThatTimedOutDoesNotTakeTheNextSignal() {
        StepVerifier.create(read.await(A_MINUTE))
                .expectSubscription()
                .then(() -> time.advanceTimeBy(A_MINUTE))
                .expectNext(false)
                .expectComplete()
                .verify(TIMEOUT);
        read.signal();

        StepVerifier.create(read.await(A_MINUTE))
                .expectNext(true)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void endingIsASignalThatStays() {
        assertThat(read.hasEnded()).isFalse();

        StepVerifier.create(read.await(A_MINUTE))
                .expectSubscription()
                .then(read::end)
                .expectNext(true)
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(read.hasEnded()).isTrue();
    }

    @Test
    void whatItOwnsIsDisposedOfWithItEvenWhenItComesLate() {
        AtomicInteger disposed = new AtomicInteger();
        read.own(disposed::incrementAndGet);

        read.dispose();
        read.own(disposed::incrementAndGet);

        assertThat(disposed).hasValue(2);
        assertThat(read.isDisposed()).isTrue();
    }

    /** A reader that looks and waits in turns sees the last value that a writer set before it signalled. */
    @RepeatedTest(20)
    void noSignalIsLostBetweenLookingAndWaiting() {
        LiveRead busy = new LiveRead(Schedulers.parallel());
        int last = 10_000;
        AtomicInteger value = new AtomicInteger();
        Mono<Integer> writing = Mono.fromSupplier(() -> {
                    while (value.incrementAndGet() < last) {
                        busy.signal();
                    }
                    busy.signal();
                    return value.get();
                })
                .subscribeOn(Schedulers.boundedElastic());
        Mono<Integer> reading = Mono.defer(() -> value.get() == last
                        ? Mono.just(last)
                        : busy.await(TIMEOUT).filter(signalled -> !signalled).map(late -> -1))
                .repeat()
                .next();

        StepVerifier.create(Mono.zip(writing, reading))
                .assertNext(both -> assertThat(both.getT2()).isEqualTo(last))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
