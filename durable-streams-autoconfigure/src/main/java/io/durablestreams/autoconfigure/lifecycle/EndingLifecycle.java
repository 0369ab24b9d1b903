package io.durablestreams.autoconfigure.lifecycle;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/**
 * A lifecycle whose end takes time. It is not running as soon as its end has begun. It can be started again at any time.
 *
 * <p>This type is public for the packages of the auto-configuration. It is not part of the API for applications.
 */
public abstract class EndingLifecycle implements SmartLifecycle {

    private final int phase;
    private volatile boolean running;

    /**
     * Creates a lifecycle.
     *
     * @param phase the phase in which it starts and ends
     * @param running whether it is running before the context starts it
     */
    protected EndingLifecycle(int phase, boolean running) {
        this.phase = phase;
        this.running = running;
    }

    /** Returns a {@code Mono} that ends it. */
    protected abstract Mono<Void> end();

    /** Reports that the end has failed. */
    protected abstract void notEnded(Throwable failure);

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        Mono.defer(this::end).doFinally(signal -> callback.run()).subscribe(ignored -> {}, this::notEnded);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
