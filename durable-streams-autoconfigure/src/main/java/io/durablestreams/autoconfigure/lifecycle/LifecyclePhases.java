package io.durablestreams.autoconfigure.lifecycle;

import org.springframework.context.SmartLifecycle;

/**
 * The phases in which the parts of Durable Streams stop, highest first. They start in the opposite order. The phases of
 * Spring Boot are:
 * <ul>
 *   <li>MAX - 1024: the web server drains.
 *   <li>MAX - 2048: the web server stops.
 *   <li>MAX / 2: executors and schedulers wait for their running tasks.
 *   <li>0: the event loops end.
 * </ul>
 *
 * <p>Requests and tasks may append until they end, so producers end after both. Executors with
 * {@code spring.task.execution.shutdown.await-termination} wait in no phase, but on their destruction, when the event loops
 * have ended. So the producers wait for their tasks ({@link LateTasks}).
 *
 * <p>This type is public for the packages of the auto-configuration. It is not part of the API for applications.
 */
public final class LifecyclePhases {

    private LifecyclePhases() {}

    /** Live reads end before the web server waits for open responses. */
    static int shutdownSignal() {
        return SmartLifecycle.DEFAULT_PHASE;
    }

    /** Producers end after all requests and tasks, which may append, and before the connections. */
    static int producers() {
        return Integer.MAX_VALUE / 2 - 1024;
    }

    /** Connections end after the producers, which deliver over them, and before the embedded server. */
    public static int connections() {
        return Integer.MAX_VALUE / 2 - 2048;
    }

    /** The embedded server ends after the connections of this application, and before the event loops. */
    public static int server() {
        return Integer.MAX_VALUE / 2 - 3072;
    }
}
