package io.durablestreams.autoconfigure;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Tells when the application begins to stop, so that responses without an end can end.
 *
 * <p>A web server that shuts down gracefully waits for its open responses, and an event stream that is fed by a live
 * read stays open for {@code spring.lifecycle.timeout-per-shutdown-phase}, 30 s by default. Let it end before:
 *
 * <pre>{@code
 * return events.reader(Event.class).live(LiveMode.AUTO).batches()
 *         .map(this::toServerSentEvent)
 *         .takeUntilOther(shutdown.whenStopping());
 * }</pre>
 *
 * <p>The signal comes once each time the application context stops, at the highest lifecycle phase. A context that is
 * started again has a new one.
 */
public final class ShutdownSignal implements SmartLifecycle {

    // Running from the beginning: requests come in before this is started, after the web server.
    private volatile Sinks.Empty<Void> stopping = Sinks.empty();
    private volatile boolean running = true;

    ShutdownSignal() {}

    /**
     * Returns a {@code Mono} that completes when the application begins to stop, on the thread that stops it, and at once
     * when it has stopped. Each subscription waits for the next signal.
     */
    public Mono<Void> whenStopping() {
        return Mono.defer(() -> stopping.asMono());
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

    @Override
    public int getPhase() {
        return LifecyclePhases.SHUTDOWN_SIGNAL;
    }
}
