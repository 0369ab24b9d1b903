package io.durablestreams.client.exchange;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Clock, scheduler and randomness, which tests replace.
 *
 * @param clock the wall clock, for dates in headers
 * @param scheduler runs delays and measures time
 * @param random uniformly distributed numbers, at least 0 and below 1, for jitter
 */
public record Timing(Clock clock, Scheduler scheduler, DoubleSupplier random) {

    public static Timing system() {
        return new Timing(
                Clock.systemUTC(),
                Schedulers.parallel(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Returns the time of a clock that only measures durations, in nanoseconds. */
    public long nanos() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }
}
