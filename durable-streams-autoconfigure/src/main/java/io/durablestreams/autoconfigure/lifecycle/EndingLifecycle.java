package io.durablestreams.autoconfigure.lifecycle;

import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

/** A lifecycle whose end takes time. It is running until its end has completed or failed. */
abstract class EndingLifecycle implements SmartLifecycle {

    private final int phase;
    private volatile boolean running;

    /**
     * Creates a lifecycle.
     *
     * @param phase the phase in which it starts and ends
     * @param running whether it is running before the context starts it
     */
    EndingLifecycle(int phase, boolean running) {
        this.phase = phase;
        this.running = running;
    }

    /** Returns a {@code Mono} that ends it. */
    abstract Mono<Void> end();

    /** The end has failed. */
    abstract void notEnded(Throwable failure);

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        Mono.defer(this::end)
                .doFinally(signal -> {
                    running = false;
                    callback.run();
                })
                .subscribe(ignored -> {}, this::notEnded);
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
