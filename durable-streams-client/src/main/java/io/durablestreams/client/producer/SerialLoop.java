package io.durablestreams.client.producer;

import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;
import reactor.util.concurrent.Queues;

/**
 * Runs tasks one after another, without a lock and without its own thread. State that only its tasks use needs no other
 * synchronisation.
 *
 * <p>Tasks run on the submitting thread if it is non-blocking, such as an event loop, and otherwise on the executor. A
 * caller's thread therefore never runs tasks of other callers.
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
     * @param executor runs the tasks that are submitted on threads that may block, on a thread that must not block
     * @param afterTasks runs after the pending tasks, and after every {@link #signal}
     */
    SerialLoop(Executor executor, Runnable afterTasks) {
        this.executor = executor;
        this.afterTasks = afterTasks;
    }

    /** Runs a task, now or after the running tasks. */
    void execute(Runnable task) {
        tasks.add(task);
        signal();
    }

    /** Runs {@code afterTasks}, now or after the running tasks. */
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

    /**
     * An exception is a defect, or thrown by a subscriber. The loop continues, because later tasks would otherwise
     * never run.
     */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            log.error("A task of a producer failed", failure);
        }
    }
}
