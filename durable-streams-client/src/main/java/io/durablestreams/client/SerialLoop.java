package io.durablestreams.client;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.concurrent.Queues;

/**
 * Runs tasks one after the other, on whichever thread brings one, without a lock and without a thread of its own. What
 * is touched by its tasks only needs no other protection.
 */
final class SerialLoop {

    private static final Logger log = LoggerFactory.getLogger(SerialLoop.class);

    private final Queue<Runnable> tasks =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger pending = new AtomicInteger();
    private final Runnable afterTasks;

    private volatile @Nullable Thread runner;

    /**
     * Creates a loop.
     *
     * @param afterTasks runs after the tasks that were there, and on every {@link #signal}
     */
    SerialLoop(Runnable afterTasks) {
        this.afterTasks = afterTasks;
    }

    /** Runs a task, now or after those that are running. */
    void execute(Runnable task) {
        tasks.add(task);
        signal();
    }

    /** Has {@code afterTasks} run, now or after what is running. */
    void signal() {
        if (pending.getAndIncrement() != 0) {
            return;
        }
        runner = Thread.currentThread();
        int seen = 1;
        do {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                run(task);
            }
            run(afterTasks);
            runner = null;
            seen = pending.addAndGet(-seen);
            runner = seen == 0 ? runner : Thread.currentThread();
        } while (seen != 0);
    }

    /** What a task throws is a defect, or a subscriber's; the loop goes on, or everything behind it would wait for ever. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            log.error("A task of a producer failed", failure);
        }
    }

    /** Whether this thread is running the loop, so that it must not wait for what the loop does. */
    boolean isRunningHere() {
        return runner == Thread.currentThread();
    }
}
