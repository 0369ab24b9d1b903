package io.durablestreams.client;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Another scheduler, with timeouts that cost little. Most of them never come, and each would wake up a thread of that
 * scheduler, only for it to note what it has to wait for. Here one alarm for the earliest serves them all, and is left as
 * it is when what it was set for is cancelled. What is due soon has a timer of its own.
 */
final class TimeoutScheduler implements Scheduler {

    private static final long SOON = TimeUnit.SECONDS.toNanos(1);

    private final Scheduler scheduler;
    private final AtomicLong timeouts = new AtomicLong();
    private final NavigableSet<Timeout> pending = new ConcurrentSkipListSet<>(Timeout.ORDER);
    private final AtomicReference<@Nullable Alarm> alarm = new AtomicReference<>();

    /** A task that waits for its time. */
    private final class Timeout implements Disposable {

        static final Comparator<Timeout> ORDER = (one, other) -> {
            long later = one.dueNanos - other.dueNanos;
            return Long.signum(later != 0 ? later : one.number - other.number);
        };

        private final long dueNanos;
        private final long number = timeouts.incrementAndGet();
        private final Runnable task;
        private final Disposable.Swap run = Disposables.swap();

        Timeout(long dueNanos, Runnable task) {
            this.dueNanos = dueNanos;
            this.task = task;
        }

        void end() {
            if (pending.remove(this)) {
                run.update(scheduler.schedule(task));
            }
        }

        @Override
        public void dispose() {
            pending.remove(this);
            run.dispose();
        }

        @Override
        public boolean isDisposed() {
            return run.isDisposed();
        }
    }

    /** A timer of the scheduler, set for the earliest of what was pending then. */
    private record Alarm(long dueNanos, Disposable.Swap timer) {}

    TimeoutScheduler(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public Disposable schedule(Runnable task) {
        return scheduler.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        long nanos = unit.toNanos(delay);
        if (nanos < SOON) {
            return scheduler.schedule(task, delay, unit);
        }
        Timeout timeout = new Timeout(nanos() + nanos, task);
        pending.add(timeout);
        setAlarm(timeout.dueNanos);
        return timeout;
    }

    private void setAlarm(long dueNanos) {
        Alarm mine = new Alarm(dueNanos, Disposables.swap());
        Alarm before = alarm.get();
        while (before == null || dueNanos - before.dueNanos() < 0) {
            if (alarm.compareAndSet(before, mine)) {
                mine.timer().update(scheduler.schedule(() -> ring(mine), dueNanos - nanos(), TimeUnit.NANOSECONDS));
                if (before != null) {
                    before.timer().dispose();
                }
                return;
            }
            before = alarm.get();
        }
    }

    private void ring(Alarm rung) {
        // Before looking for what is pending: whoever finds this alarm set has added something to that already.
        alarm.compareAndSet(rung, null);
        for (Timeout first : pending) {
            if (first.dueNanos - nanos() > 0) {
                setAlarm(first.dueNanos);
                return;
            }
            first.end();
        }
    }

    private long nanos() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    @Override
    public long now(TimeUnit unit) {
        return scheduler.now(unit);
    }

    @Override
    public Worker createWorker() {
        return scheduler.createWorker();
    }
}
