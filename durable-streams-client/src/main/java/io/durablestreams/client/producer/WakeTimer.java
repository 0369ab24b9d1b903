package io.durablestreams.client.producer;

import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.Disposables;

import io.durablestreams.client.exchange.Timing;

/** Runs a task of a {@link SerialLoop} at the earliest of the requested times. Used only by tasks of that loop. */
final class WakeTimer {

    private final Timing timing;
    private final SerialLoop loop;
    private final Runnable task;
    private final Disposable.Swap timer = Disposables.swap();

    private boolean isSet;
    private long dueNanos;

    WakeTimer(Timing timing, SerialLoop loop, Runnable task) {
        this.timing = timing;
        this.loop = loop;
        this.task = task;
    }

    /** Requests a wake-up. The task must request the later times again. */
    void wakeAt(long nanos) {
        if (isSet && nanos - dueNanos >= 0) {
            return;
        }
        isSet = true;
        dueNanos = nanos;
        timer.update(timing.scheduler()
                .schedule(() -> loop.execute(this::wake), Math.max(0, nanos - timing.nanos()), TimeUnit.NANOSECONDS));
    }

    private void wake() {
        isSet = false;
        task.run();
    }

    /** Cancels all requests. */
    void clear() {
        isSet = false;
        timer.update(Disposables.disposed());
    }
}
