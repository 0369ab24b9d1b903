package io.durablestreams.client.exchange;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The event loop that will probably write the next request: that of the connection that was given back last, which the
 * pool hands out first. A task that starts there need not be handed on, which would wake up a second thread.
 *
 * <p>Only one task is sent there for each connection that was given back, and none once a request was written by that event
 * loop. All others run on a scheduler: a connection that is opened from an event loop belongs to it, and in the end one
 * loop would have them all.
 */
final class SendingThread {

    private final AtomicReference<@Nullable EventLoop> idle = new AtomicReference<>();

    /** A task that runs once, although it was handed over twice. */
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

    /** A connection is free again. Where answers come on another thread than its event loop, that one is of no use. */
    void givenBack(EventLoop eventLoop) {
        if (eventLoop.inEventLoop() && Schedulers.isInNonBlockingThread()) {
            idle.set(eventLoop);
        }
    }

    /** Runs a task on that event loop if one is known, or else on the scheduler. */
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

    /** An event loop that ends may drop, without a word, what it accepts in its last moment. */
    private static boolean accepts(EventLoop eventLoop, Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException ended) {
            return false;
        }
        return !eventLoop.isShuttingDown();
    }
}
