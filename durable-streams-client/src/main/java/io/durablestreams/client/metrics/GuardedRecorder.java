package io.durablestreams.client.metrics;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the metrics recorder of an application. Exceptions of the recorder are caught; the first is logged.
 *
 * @param <R> the type of the recorder
 */
public final class GuardedRecorder<R> {

    private static final Logger log = LoggerFactory.getLogger(GuardedRecorder.class);

    private final R recorder;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    /** Creates a guard of a recorder. */
    public GuardedRecorder(R recorder) {
        this.recorder = recorder;
    }

    /** Returns whether this calls the given recorder. */
    public boolean calls(R other) {
        return recorder == other;
    }

    /** Records an event. */
    public void record(Consumer<R> event) {
        try {
            event.accept(recorder);
        } catch (Throwable failure) {
            if (hasFailed.compareAndSet(false, true)) {
                log.error(
                        "The metrics recorder {} has failed, and the event is not counted; later failures of this"
                                + " recorder are not logged",
                        recorder.getClass().getName(),
                        failure);
            }
        }
    }
}
