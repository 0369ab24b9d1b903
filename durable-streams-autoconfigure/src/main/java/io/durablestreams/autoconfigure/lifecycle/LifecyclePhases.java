package io.durablestreams.autoconfigure.lifecycle;

import org.springframework.context.SmartLifecycle;

/**
 * The order in which things stop, highest first; they start in the opposite one. Of Spring Boot's own, the web server
 * drains at MAX - 1024 and stops at MAX - 2048, executors and schedulers wait for their running tasks at MAX / 2, and the
 * event loops end at 0. Requests and tasks append until they have ended, so producers end after both. Executors that await
 * their termination ({@code spring.task.execution.shutdown.await-termination}) wait in no phase, but when they are destroyed:
 * what their tasks append then is refused.
 */
public final class LifecyclePhases {

    /** Before the web server waits for open responses. */
    static final int SHUTDOWN_SIGNAL = SmartLifecycle.DEFAULT_PHASE;

    /** Once no request and no task can append any more, and while there still are connections. */
    static final int PRODUCERS = Integer.MAX_VALUE / 2 - 1024;

    public static final int CONNECTIONS = Integer.MAX_VALUE / 2 - 2048;

    /** When nobody in this application is connected any more, and while there still are event loops. */
    public static final int SERVER = Integer.MAX_VALUE / 2 - 3072;

    private LifecyclePhases() {}
}
