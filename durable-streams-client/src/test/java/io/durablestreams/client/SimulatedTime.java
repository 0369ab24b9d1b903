package io.durablestreams.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The time of a {@link ProducerSimulation}: one thread that does what is due next and moves the clock there. Timers are
 * late by chance, as those of a busy machine are. The tasks of the client run as on a thread that must not be blocked.
 */
final class SimulatedTime implements Scheduler {

    private static final int MOST_AT_ONCE = 20_000;

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final SplittableRandom random;
    private final long origin;
    private final long lateness;
    private final Thread thread = Thread.currentThread();

    private long now;
    private long made;
    private int timers;
    private int doneNow;
    private boolean mayBlock;

    /** Something to do at a time. */
    private final class Task implements Disposable, Comparable<Task> {

        private final long nanos;
        private final long order = made++;
        private final Runnable action;
        private final boolean ofClient;
        private final boolean timer;
        private boolean over;

        Task(long nanos, Runnable action, boolean ofClient, boolean timer) {
            this.nanos = nanos;
            this.action = action;
            this.ofClient = ofClient;
            this.timer = timer;
            timers += timer ? 1 : 0;
        }

        @Override
        public void dispose() {
            timers -= timer && !over ? 1 : 0;
            over = true;
        }

        @Override
        public boolean isDisposed() {
            return over;
        }

        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /**
     * Begins at zero.
     *
     * @param random the chance
     * @param origin what the clock of the client shows then
     * @param lateness how late its timers are at most
     */
    SimulatedTime(SplittableRandom random, long origin, long lateness) {
        this.random = random;
        this.origin = origin;
        this.lateness = lateness;
    }

    Timing timing() {
        return new Timing(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), this, random::nextDouble);
    }

    /** Chance for somebody else, so that the runs of a seed are the same. */
    SplittableRandom split() {
        return random.split();
    }

    /** Nanoseconds since the beginning. */
    long nanos() {
        return now;
    }

    /** How many tasks of the client wait for a time that it has named. */
    int timers() {
        return timers;
    }

    /** Has the simulation do something at a time. */
    void at(long nanos, Runnable action) {
        tasks.add(new Task(Math.max(now, nanos), action, false, false));
    }

    /** Has the client told something, on a thread of its own, at a time. */
    void signalAt(long nanos, Runnable action) {
        at(nanos, () -> onEventLoop(action));
    }

    /** Does something as on a thread that must not be blocked. */
    void onEventLoop(Runnable action) {
        boolean before = mayBlock;
        mayBlock = false;
        try {
            action.run();
        } finally {
            mayBlock = before;
        }
    }

    /** Does what is due next; false if there is nothing. */
    boolean proceed() {
        Task task = tasks.poll();
        while (task != null && task.over) {
            task = tasks.poll();
        }
        if (task == null) {
            return false;
        }
        doneNow = task.nanos == now ? doneNow + 1 : 0;
        if (doneNow > MOST_AT_ONCE) {
            throw new AssertionError("so much happens at the same moment that the producer must be spinning");
        }
        now = task.nanos;
        task.dispose();
        mayBlock = !task.ofClient;
        task.action.run();
        return true;
    }

    /** Does everything that is due within a time from now. */
    void proceedBy(Duration duration) {
        long end = now + duration.toNanos();
        while (!tasks.isEmpty() && tasks.element().nanos <= end) {
            proceed();
        }
        now = end;
    }

    /** Does everything, with the threads of the client to be told from those of the application. */
    void during(Runnable simulation) {
        Schedulers.registerNonBlockingThreadPredicate(current -> current == thread && !mayBlock);
        try {
            simulation.run();
        } finally {
            Schedulers.resetNonBlockingThreadPredicate();
        }
    }

    @Override
    public Disposable schedule(Runnable action) {
        return schedule(action, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable action, long delay, TimeUnit unit) {
        long late = lateness == 0 ? 0 : random.nextLong(lateness);
        Task task = new Task(now + Math.max(0, unit.toNanos(delay)) + late, action, true, delay > 0);
        tasks.add(task);
        return task;
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(origin + now, TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException("nothing of a producer needs a worker");
    }
}
