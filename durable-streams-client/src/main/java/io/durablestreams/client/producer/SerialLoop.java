package io.durablestreams.client.producer;

import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Runs tasks one after the other, without a lock and without a thread of its own. What is touched by its tasks only
 * needs no other protection.
 *
 * <p>They run on the thread that brings one if it is one that must not block, such as an event loop, and otherwise on the
 * executor: a caller's thread is not made to run what belongs to others.
 */
final class SerialLoop {

    private static final Logger log = LoggerFactory.getLogger(SerialLoop.class);

    private final Queue<Runnable> tasks =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger pending = new AtomicInteger();
    private final Executor executor;
    private final Runnable afterTasks;

    /**
     * Creates a loop.
     *
     * @param executor runs the tasks of threads that may block, on one that must not
     * @param afterTasks runs after the tasks that were there, and on every {@link #signal}
     */
    SerialLoop(Executor executor, Runnable afterTasks) {
        this.executor = executor;
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
        if (Schedulers.isInNonBlockingThread()) {
            drain();
        } else {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        int seen = 1;
        do {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                run(task);
            }
            run(afterTasks);
            seen = pending.addAndGet(-seen);
        } while (seen != 0);
    }

    /** What a task throws is a defect, or a subscriber's; the loop goes on, or everything behind it would wait for ever. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            log.error("A task of a producer failed", failure);
        }
    }
}
