package io.durablestreams.client.reader;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Fails an exchange that is silent although something is asked for. Time in which the subscriber asks for nothing does
 * not count, unlike with {@link Flux#timeout(Duration)}. One timer for each exchange.
 */
final class IdleGuard {

    private static final long NOT_WAITING = Long.MIN_VALUE;
    private static final long SILENT = Long.MIN_VALUE + 1;

    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private final Scheduler scheduler;

    // Since when the exchange waits, until the timer calls it silent: what comes at that very moment is either in time
    // or
    // discarded, but never on its way to a subscriber that is told of the silence.
    private final AtomicLong waitingSince = new AtomicLong(NOT_WAITING);
    private volatile boolean answered;

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
        return exchange.doOnRequest(demand -> isInTime(nanos()))
                .filter(part -> isInTime(NOT_WAITING))
                .takeUntilOther(
                        Mono.defer(this::sleep).repeat(() -> !isSilent()).then())
                .concatWith(Mono.defer(this::verdict));
    }

    /** The answer has come, and its body is asked for; returns whether it is in time. */
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

    /** Sleeps until the present wait could be over, and sees whether it is. */
    private Mono<Long> sleep() {
        long since = waitingSince.get();
        long limit = limit().toNanos();
        long left = since == NOT_WAITING ? limit : since + limit - nanos();
        if (left <= 0) {
            waitingSince.compareAndSet(since, SILENT);
            return Mono.empty();
        }
        // Another limit may apply before it is over.
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
