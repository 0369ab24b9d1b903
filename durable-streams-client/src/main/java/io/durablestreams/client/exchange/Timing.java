package io.durablestreams.client.exchange;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Time and chance, so that tests can decide both.
 *
 * @param clock the wall clock, for dates in headers
 * @param scheduler for delays and for measuring time
 * @param random even numbers from 0 to below 1, for jitter
 */
public record Timing(Clock clock, Scheduler scheduler, DoubleSupplier random) {

    public static Timing system() {
        return new Timing(
                Clock.systemUTC(),
                Schedulers.parallel(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Returns the nanoseconds of a clock that only serves to measure time. */
    public long nanos() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }
}
