package io.durablestreams.client.reader;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.exchange.AttemptProgress;
import io.durablestreams.client.exchange.Timing;

import static org.assertj.core.api.Assertions.assertThat;

class IdleGuardTest {

    private static final Duration HEAD = Duration.ofSeconds(60);
    private static final Duration BODY = Duration.ofSeconds(30);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final TestPublisher<String> exchange = TestPublisher.create();
    private final TestSubscriber<String> subscriber =
            TestSubscriber.builder().initialRequest(0).build();

    private final IdleGuard guard =
            new IdleGuard(new IdleGuard.Limits(HEAD, BODY, Duration.ZERO), progress(time), time);

    private static AttemptProgress progress(Scheduler scheduler) {
        AttemptProgress progress = new AttemptProgress(new Timing(Clock.systemUTC(), scheduler, () -> 0));
        progress.sent();
        return progress;
    }

    private void guard() {
        guard.guard(exchange.flux()).subscribe(subscriber);
    }

    @Test
    void silenceBeforeTheAnswerEndsTheExchangeAndFails() {
        guard();
        subscriber.request(1);
        time.advanceTimeBy(HEAD.minusNanos(1));
        exchange.assertWasNotCancelled();
        time.advanceTimeBy(Duration.ofNanos(1));

        exchange.assertCancelled();
        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TimeoutException.class)
                .hasMessage("silent for PT1M");
    }

    @Test
    void silenceInTheBodyHasALimitOfItsOwn() {
        guard();
        subscriber.request(1);
        guard.answered();
        time.advanceTimeBy(BODY.minusNanos(1));
        exchange.assertWasNotCancelled();
        time.advanceTimeBy(Duration.ofNanos(1));

        exchange.assertCancelled();
        assertThat(subscriber.expectTerminalError()).hasMessage("silent for PT30S in the middle of the answer");
    }

    @Test
    void timeWithoutDemandDoesNotCount() {
        guard();
        time.advanceTimeBy(HEAD.multipliedBy(10));
        subscriber.request(1);
        guard.answered();
        exchange.next("one");
        time.advanceTimeBy(HEAD.multipliedBy(10));
        subscriber.request(1);
        time.advanceTimeBy(BODY.minusMillis(1));
        exchange.next("two");
        exchange.complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getReceivedOnNext()).containsExactly("one", "two");
    }

    @Test
    void whatComesAtTheMomentOfSilenceIsDiscarded() {
        AtomicReference<Subscriber<? super String>> producing = new AtomicReference<>();
        List<String> discarded = new ArrayList<>();
        guard.guard(Flux.<String>from(other -> {
                    producing.set(other);
                    other.onSubscribe(Operators.emptySubscription());
                }))
                .doOnDiscard(String.class, discarded::add)
                .subscribe(subscriber);
        subscriber.request(1);
        time.advanceTimeBy(HEAD);
        assertThat(guard.answered()).isFalse();
        producing.get().onNext("late");

        assertThat(subscriber.expectTerminalError()).isInstanceOf(TimeoutException.class);
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(discarded).containsExactly("late");
    }

    @Test
    void failuresPass() {
        guard();
        exchange.error(new IllegalStateException("broken"));

        assertThat(subscriber.expectTerminalError()).hasMessage("broken");
    }

    @Test
    void noTimerOutlivesItsExchange() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
        timers.setRemoveOnCancelPolicy(true);
        try {
            Scheduler scheduler = Schedulers.fromExecutorService(timers);
            IdleGuard timed =
                    new IdleGuard(new IdleGuard.Limits(HEAD, BODY, Duration.ZERO), progress(scheduler), scheduler);
            AtomicBoolean waiting = new AtomicBoolean();

            timed.guard(Mono.fromRunnable(() -> waiting.set(!timers.getQueue().isEmpty()))
                            .flux())
                    .blockLast(Duration.ofSeconds(10));
            assertThat(waiting).isTrue();
            assertThat(timers.getQueue()).isEmpty();

            timed.guard(Flux.never()).subscribe().dispose();
            assertThat(timers.getQueue()).isEmpty();
        } finally {
            timers.shutdownNow();
        }
    }
}
