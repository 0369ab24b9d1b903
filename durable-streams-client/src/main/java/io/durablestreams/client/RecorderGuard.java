package io.durablestreams.client;

import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what an application's recorder throws from those whom it only listens to. The first failure is logged. */
final class RecorderGuard {

    private static final Logger log = LoggerFactory.getLogger(RecorderGuard.class);

    private final Object recorder;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    RecorderGuard(Object recorder) {
        this.recorder = recorder;
    }

    void run(Runnable call) {
        try {
            call.run();
        } catch (Throwable failure) {
            if (hasFailed.compareAndSet(false, true)) {
                log.error(
                        "The recorder {} has failed, and what it was told is not counted; later failures of it are not"
                                + " logged",
                        recorder.getClass().getName(),
                        failure);
            }
        }
    }
}
