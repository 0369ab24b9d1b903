package io.durablestreams.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

class TimeoutSchedulerTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Disposable> timers = new ArrayList<>();
    private final Scheduler scheduler = new TimeoutScheduler(new Watched());
    private final List<String> ended = new ArrayList<>();

    /** Notes the timers that it is asked for. */
    private final class Watched implements Scheduler {

        @Override
        public Disposable schedule(Runnable task) {
            return time.schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            Disposable.Swap timer = Disposables.swap();
            timers.add(timer);
            timer.update(time.schedule(
                    () -> {
                        timer.dispose();
                        task.run();
                    },
                    delay,
                    unit));
            return timer;
        }

        @Override
        public long now(TimeUnit unit) {
            return time.now(unit);
        }

        @Override
        public Worker createWorker() {
            return time.createWorker();
        }
    }

    private Disposable after(String delay) {
        return scheduler.schedule(() -> ended.add(delay), Duration.parse(delay).toMillis(), TimeUnit.MILLISECONDS);
    }

    private long timersLeft() {
        return timers.stream().filter(timer -> !timer.isDisposed()).count();
    }

    @Test
    void aTimeoutComesAtItsTimeAndOnce() {
        after("PT30S");
        time.advanceTimeBy(Duration.ofSeconds(30).minusNanos(1));
        assertThat(ended).isEmpty();
        time.advanceTimeBy(Duration.ofNanos(1));
        assertThat(ended).containsExactly("PT30S");
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(ended).hasSize(1);
        assertThat(timersLeft()).isZero();
    }

    @Test
    void timeoutsComeInTheOrderOfTheirTimes() {
        List.of("PT30S", "PT10S", "PT2M", "PT20S", "PT10S").forEach(this::after);
        time.advanceTimeBy(Duration.ofSeconds(20));
        assertThat(ended).containsExactly("PT10S", "PT10S", "PT20S");
        time.advanceTimeBy(Duration.ofSeconds(100));
        assertThat(ended).containsExactly("PT10S", "PT10S", "PT20S", "PT30S", "PT2M");
    }

    @Test
    void timeoutsThatAreCancelledNeedOneTimerForAll() {
        for (int i = 0; i < 1000; i++) {
            Disposable timeout = after("PT30S");
            time.advanceTimeBy(Duration.ofMillis(1));
            timeout.dispose();
            assertThat(timeout.isDisposed()).isTrue();
        }
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(timers).hasSize(1);
        assertThat(ended).isEmpty();
        assertThat(timersLeft()).isZero();
    }

    @Test
    void whatIsStillToComeIsNotForgottenForWhatWasCancelled() {
        Disposable first = after("PT10S");
        after("PT30S");
        first.dispose();
        time.advanceTimeBy(Duration.ofSeconds(30));

        assertThat(ended).containsExactly("PT30S");
    }

    @Test
    void oneThatIsDueBeforeTheOthersTakesTheirTimer() {
        after("PT2M");
        after("PT30S");
        after("PT10S");

        assertThat(timersLeft()).isEqualTo(1);
    }

    @Test
    void aTimeoutAfterAllOthersHaveComeComes() {
        after("PT10S");
        time.advanceTimeBy(Duration.ofSeconds(15));
        after("PT10S");
        time.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(ended).containsExactly("PT10S", "PT10S");
    }

    @Test
    void whatIsDueSoonHasATimerOfItsOwnThatEndsWithIt() {
        Disposable linger = after("PT0.005S");
        Disposable backoff = after("PT0.5S");
        assertThat(timersLeft()).isEqualTo(2);
        linger.dispose();
        assertThat(timersLeft()).isEqualTo(1);
        backoff.dispose();
        assertThat(timersLeft()).isZero();

        after("PT0.005S");
        time.advanceTimeBy(Duration.ofMillis(5));
        assertThat(ended).containsExactly("PT0.005S");
    }

    @Test
    void aTimeoutMayCancelAnotherThatIsDueWithIt() {
        Disposable.Swap other = Disposables.swap();
        scheduler.schedule(other::dispose, 10, TimeUnit.SECONDS);
        other.update(after("PT10S"));
        time.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(ended).isEmpty();
    }

    @Test
    void delaysOfReactorWork() {
        CompletableFuture<Long> delayed =
                Mono.delay(Duration.ofSeconds(30), scheduler).toFuture();
        time.advanceTimeBy(Duration.ofSeconds(30));

        assertThat(delayed).succeedsWithin(PATIENCE);
    }

    /** While threads ask for timeouts and cancel half of them, time passes; what was not cancelled comes, once. */
    @Test
    void noTimeoutIsLostBetweenThreads() {
        Scheduler shared = new TimeoutScheduler(time);
        int threads = 3;
        int each = 20_000;
        AtomicInteger[] runs = IntStream.range(0, threads * each)
                .mapToObj(i -> new AtomicInteger())
                .toArray(AtomicInteger[]::new);
        Phaser askers = new Phaser(threads);
        List<CompletableFuture<Void>> asked = IntStream.range(0, threads)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    askers.arriveAndAwaitAdvance();
                    SplittableRandom random = new SplittableRandom(thread);
                    for (int i = 0; i < each; i++) {
                        AtomicInteger count = runs[thread * each + i];
                        Disposable timeout = shared.schedule(
                                count::incrementAndGet, 1000 + random.nextInt(1000), TimeUnit.MILLISECONDS);
                        if (i % 2 == 0) {
                            timeout.dispose();
                            count.addAndGet(1000);
                        }
                    }
                }))
                .toList();
        while (!asked.stream().allMatch(CompletableFuture::isDone)) {
            time.advanceTimeBy(Duration.ofMillis(7));
        }
        assertThat(asked).allSatisfy(thread -> assertThat(thread).succeedsWithin(PATIENCE));
        time.advanceTimeBy(Duration.ofSeconds(3));

        assertThat(IntStream.range(0, runs.length).filter(i -> i % 2 == 1)).allMatch(i -> runs[i].get() == 1);
        // A timeout that is cancelled as it comes may come, once.
        assertThat(IntStream.range(0, runs.length).filter(i -> i % 2 == 0))
                .allMatch(i -> runs[i].get() == 1000 || runs[i].get() == 1001);
    }
}
