package io.durablestreams.autoconfigure;

import org.springframework.context.SmartLifecycle;

/**
 * The order in which things stop, highest first; they start in the opposite one. Spring Boot's web server drains at
 * MAX - 1024 and stops at MAX - 2048; the event loops end at 0.
 */
final class LifecyclePhases {

    /** Before the web server waits for open responses. */
    static final int SHUTDOWN_SIGNAL = SmartLifecycle.DEFAULT_PHASE;

    /** Once no request can append any more, and while there still are connections. */
    static final int PRODUCERS = Integer.MAX_VALUE - 4096;

    static final int CONNECTIONS = Integer.MAX_VALUE - 5120;

    /** When nobody in this application is connected any more, and while there still are event loops. */
    static final int SERVER = Integer.MAX_VALUE - 6144;

    private LifecyclePhases() {}
}
