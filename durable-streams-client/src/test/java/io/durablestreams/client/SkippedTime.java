package io.durablestreams.client;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Time for clients over real sockets in which nobody waits: a delay of up to 20 s is over as soon as it begins, and a
 * longer one, which is a timeout, when a test {@linkplain #pass lets the time pass}. It takes no other time to send and to
 * answer, however busy the machine is. What is drawn at random is always 0.5, so that a delay is half of its bound.
 */
final class SkippedTime implements Scheduler {

    /** For a timeout that must not come, however much time passes. */
    static final Duration A_DAY = Duration.ofDays(1);

    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(20);

    private final Scheduler workers = Schedulers.parallel();
    private final Queue<Timer> timers = new PriorityQueue<>();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private long nanos;

    /** A task that is due at some time, unless it is disposed before. */
    private record Timer(long due, Runnable task, Disposable.Swap run) implements Comparable<Timer>, Disposable {

        @Override
        public void dispose() {
            run.dispose();
        }

        @Override
        public boolean isDisposed() {
            return run.isDisposed();
        }

        @Override
        public int compareTo(Timer other) {
            return Long.compare(due, other.due);
        }
    }

    /** A client that lives in this time. */
    DefaultDurableStreamClientBuilder client() {
        return new DefaultDurableStreamClientBuilder()
                .timing(new Timing(Clock.fixed(ScriptedTransport.TODAY, ZoneOffset.UTC), this, () -> 0.5));
    }

    /** The delays that were skipped, in their order. */
    List<Duration> waits() {
        return waits;
    }

    /** Ends what ends within this time. */
    void pass(Duration duration) {
        passUntil(now(TimeUnit.NANOSECONDS) + duration.toNanos());
    }

    private synchronized void passUntil(long due) {
        nanos = Math.max(nanos, due);
        for (Timer timer = timers.peek(); timer != null && timer.due() <= nanos; timer = timers.peek()) {
            timers.remove();
            if (!timer.isDisposed()) {
                timer.run().update(workers.schedule(timer.task()));
            }
        }
    }

    @Override
    public Disposable schedule(Runnable task) {
        return workers.schedule(task);
    }

    @Override
    public synchronized Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        Timer timer = new Timer(nanos + unit.toNanos(delay), task, Disposables.swap());
        timers.add(timer);
        if (unit.toNanos(delay) <= LONGEST_WAIT) {
            waits.add(Duration.of(delay, unit.toChronoUnit()));
            workers.schedule(() -> skip(timer));
        }
        return timer;
    }

    private void skip(Timer timer) {
        if (!timer.isDisposed()) {
            passUntil(timer.due());
        }
    }

    @Override
    public synchronized long now(TimeUnit unit) {
        return unit.convert(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        return workers.createWorker();
    }
}
