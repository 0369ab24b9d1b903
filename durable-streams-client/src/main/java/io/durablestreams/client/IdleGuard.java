package io.durablestreams.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Fails an exchange that is silent although something is asked for. Time in which the subscriber asks for nothing does
 * not count, unlike with {@link Flux#timeout(Duration)}. One timer for each exchange.
 */
final class IdleGuard {

    private static final long NOT_WAITING = -1;

    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private final Scheduler scheduler;

    // Written by the exchange, read by the timer.
    private volatile long waitingSince = NOT_WAITING;
    private volatile boolean answered;

    // Written by the timer, read by the exchange.
    private volatile boolean silent;

    /**
     * Creates the guard of one exchange.
     *
     * @param headTimeout longest silence before the answer
     * @param bodyTimeout longest silence between two parts of its body
     * @param scheduler for the timer
     */
    IdleGuard(Duration headTimeout, Duration bodyTimeout, Scheduler scheduler) {
        this.headTimeout = headTimeout;
        this.bodyTimeout = bodyTimeout;
        this.scheduler = scheduler;
    }

    <S> Flux<S> guard(Flux<S> exchange) {
        // The timer ends the exchange instead of failing it: only then is the exchange cancelled.
        return exchange.doOnRequest(demand -> waitingSince = nanos())
                .doOnNext(part -> waitingSince = NOT_WAITING)
                .takeUntilOther(Mono.defer(this::sleep).repeat(() -> !silent).then())
                .concatWith(Mono.defer(this::verdict));
    }

    /** The answer has come, and its body is asked for. */
    void answered() {
        answered = true;
        waitingSince = nanos();
    }

    /** Sleeps until the present wait could be over, and sees whether it is. */
    private Mono<Long> sleep() {
        long since = waitingSince;
        long limit = limit().toNanos();
        long left = since == NOT_WAITING ? limit : since + limit - nanos();
        silent = left <= 0;
        // Another limit may apply before it is over.
        return silent ? Mono.empty() : Mono.delay(Duration.ofNanos(Math.min(left, shorterLimit())), scheduler);
    }

    private long shorterLimit() {
        return Math.min(headTimeout.toNanos(), bodyTimeout.toNanos());
    }

    private <S> Mono<S> verdict() {
        return silent
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
