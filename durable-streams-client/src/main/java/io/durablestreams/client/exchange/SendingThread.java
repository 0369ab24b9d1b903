package io.durablestreams.client.exchange;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The event loop that will probably write the next request. This is the event loop of the most recently released
 * connection, because the pool hands that connection out first. A task that runs there avoids a thread hop.
 *
 * <p>Each released connection attracts at most one task, and none once its event loop has written a request. All other
 * tasks run on a scheduler, because a connection that is opened on an event loop belongs to that event loop, so that
 * one event loop would finally own all connections.
 */
final class SendingThread {

    private final AtomicReference<@Nullable EventLoop> idle = new AtomicReference<>();

    /** A task that runs once, although it may be submitted twice. */
    private record Once(Runnable task, AtomicBoolean begun) implements Runnable {

        @Override
        public void run() {
            if (!begun.getAndSet(true)) {
                task.run();
            }
        }
    }

    /** A request is written to a connection. */
    void taken(EventLoop eventLoop) {
        idle.compareAndSet(eventLoop, null);
    }

    /**
     * A connection is released. If responses arrive on another thread than its event loop, the event loop is of no use.
     */
    void givenBack(EventLoop eventLoop) {
        if (eventLoop.inEventLoop() && Schedulers.isInNonBlockingThread()) {
            idle.set(eventLoop);
        }
    }

    /** Runs a task on the event loop if it is known, and otherwise on the scheduler. */
    void run(Runnable task, Scheduler scheduler) {
        EventLoop eventLoop = idle.getAndSet(null);
        if (eventLoop == null) {
            scheduler.schedule(task);
            return;
        }
        Runnable once = new Once(task, new AtomicBoolean());
        if (!accepts(eventLoop, once)) {
            scheduler.schedule(once);
        }
    }

    /**
     * Returns whether the event loop has accepted the task. An event loop that shuts down may silently drop a task that
     * it accepts last.
     */
    private static boolean accepts(EventLoop eventLoop, Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException ended) {
            return false;
        }
        return !eventLoop.isShuttingDown();
    }
}
