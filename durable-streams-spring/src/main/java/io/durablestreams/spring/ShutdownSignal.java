package io.durablestreams.spring;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Signals that the application begins to stop, so that responses without an end can end.
 *
 * <p>A web server that shuts down gracefully waits for its open responses. An event stream that a live read feeds stays
 * open for {@code spring.lifecycle.timeout-per-shutdown-phase}, 30 s by default. End the stream before:
 *
 * <pre>{@code
 * return events.reader(Event.class).live(LiveMode.AUTO).batches()
 *         .map(this::toServerSentEvent)
 *         .takeUntilOther(shutdown.whenStopping());
 * }</pre>
 *
 * <p>The signal is sent each time the application context stops, at the highest lifecycle phase. A context that is started
 * again has a new signal. The auto-configuration provides a bean of this type; without Spring Boot, declare one.
 */
public final class ShutdownSignal implements SmartLifecycle {

    // Running from the beginning: requests arrive after the web server has started, and this starts later.
    private volatile Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile boolean running = true;

    /**
     * Returns a {@code Mono} that completes when the application begins to stop, on the thread that stops it. It completes
     * immediately if the application has stopped. Each subscription waits for the next signal.
     */
    public Mono<Void> whenStopping() {
        return Mono.defer(() -> stopping.asMono()).onErrorStop();
    }

    @Override
    public void start() {
        stopping = Sinks.empty();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Returns the highest phase: before a web server waits for its open responses. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
