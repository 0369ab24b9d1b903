package io.durablestreams.client.reader;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import io.durablestreams.client.exchange.AttemptProgress;

/**
 * Fails an exchange that is silent while there is demand. Unlike with {@link Flux#timeout(Duration)}, time without
 * demand does not count. One timer for each exchange.
 */
final class IdleGuard {

    private static final long NOT_WAITING = Long.MIN_VALUE;
    private static final long SILENT = Long.MIN_VALUE + 1;

    private final Limits limits;
    private final AttemptProgress progress;
    private final Scheduler scheduler;

    // The time since which the exchange waits. Once the timer has set SILENT, arriving data is discarded, so that it
    // cannot reach the subscriber at the same time as the timeout.
    private final AtomicLong waitingSince = new AtomicLong(NOT_WAITING);
    private volatile boolean answered;

    /**
     * The longest silences.
     *
     * @param head before the response, in each stage of the attempt
     * @param body between two parts of its body
     * @param connection the time that the wait for a connection may take longer than other stages
     */
    record Limits(Duration head, Duration body, Duration connection) {}

    /**
     * Creates the guard of one exchange.
     *
     * @param limits the longest silences
     * @param progress knows how far the exchange has come
     * @param scheduler runs the timer
     */
    IdleGuard(Limits limits, AttemptProgress progress, Scheduler scheduler) {
        this.limits = limits;
        this.progress = progress;
        this.scheduler = scheduler;
    }

    <S> Flux<S> guard(Flux<S> exchange) {
        // The timer completes the exchange instead of failing it, because only then the exchange is cancelled.
        return exchange.doOnRequest(demand -> isInTime(nanos()))
                .filter(part -> isInTime(NOT_WAITING))
                .takeUntilOther(
                        Mono.defer(this::sleep).repeat(() -> !isSilent()).then())
                .concatWith(Mono.defer(this::verdict));
    }

    /** The response has arrived, and its body is requested. Returns whether it is in time. */
    boolean answered() {
        progress.sent();
        answered = true;
        return isInTime(nanos());
    }

    private boolean isInTime(long nowWaitingSince) {
        return waitingSince.getAndUpdate(since -> since == SILENT ? SILENT : nowWaitingSince) != SILENT;
    }

    private boolean isSilent() {
        return waitingSince.get() == SILENT;
    }

    /** Sleeps until the current wait can have expired, and checks whether it has. */
    private Mono<Long> sleep() {
        long since = waitingSince.get();
        long limit = limit().toNanos();
        long left = since == NOT_WAITING ? limit : latest(since) + limit - nanos();
        if (left <= 0) {
            waitingSince.compareAndSet(since, SILENT);
            return Mono.empty();
        }
        // Another limit may apply meanwhile.
        return Mono.delay(Duration.ofNanos(Math.min(left, shorterLimit())), scheduler);
    }

    /** A stage of the attempt that begins while there is demand has its own time. */
    private long latest(long waitingSince) {
        long stageSince = progress.sinceNanos();
        return stageSince - waitingSince > 0 ? stageSince : waitingSince;
    }

    private long shorterLimit() {
        return Math.min(limits.head().toNanos(), limits.body().toNanos());
    }

    private <S> Mono<S> verdict() {
        return isSilent()
                ? Mono.error(
                        progress.timeout("silent for " + limit() + (answered ? " in the middle of the answer" : "")))
                : Mono.empty();
    }

    private Duration limit() {
        if (answered) {
            return limits.body();
        }
        return progress.waitsForConnection() ? limits.head().plus(limits.connection()) : limits.head();
    }

    private long nanos() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }
}
