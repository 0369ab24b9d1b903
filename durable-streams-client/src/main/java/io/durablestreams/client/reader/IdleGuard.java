package io.durablestreams.client.reader;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Fails an exchange that is silent while there is demand. Unlike with {@link Flux#timeout(Duration)}, time without
 * demand does not count. One timer for each exchange.
 */
final class IdleGuard {

    private static final long NOT_WAITING = Long.MIN_VALUE;
    private static final long SILENT = Long.MIN_VALUE + 1;

    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private final Scheduler scheduler;

    // The time since which the exchange waits. Once the timer has set SILENT, arriving data is discarded, so that it
    // cannot reach the subscriber at the same time as the timeout.
    private final AtomicLong waitingSince = new AtomicLong(NOT_WAITING);
    private volatile boolean answered;

    /**
     * Creates the guard of one exchange.
     *
     * @param headTimeout the longest silence before the response
     * @param bodyTimeout the longest silence between two parts of its body
     * @param scheduler runs the timer
     */
    IdleGuard(Duration headTimeout, Duration bodyTimeout, Scheduler scheduler) {
        this.headTimeout = headTimeout;
        this.bodyTimeout = bodyTimeout;
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
        long left = since == NOT_WAITING ? limit : since + limit - nanos();
        if (left <= 0) {
            waitingSince.compareAndSet(since, SILENT);
            return Mono.empty();
        }
        // Another limit may apply meanwhile.
        return Mono.delay(Duration.ofNanos(Math.min(left, shorterLimit())), scheduler);
    }

    private long shorterLimit() {
        return Math.min(headTimeout.toNanos(), bodyTimeout.toNanos());
    }

    private <S> Mono<S> verdict() {
        return isSilent()
                ? Mono.error(new TimeoutException(
                        "silent for " + limit() + (answered ? " in the middle of the answer" : "")))
                : Mono.empty();
    }

    private Duration limit() {
        return answered ? bodyTimeout : headTimeout;
    }

    private long nanos() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }
}
