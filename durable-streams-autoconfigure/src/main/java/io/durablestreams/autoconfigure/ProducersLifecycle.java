package io.durablestreams.autoconfigure;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.IdempotentProducer;

/**
 * Delivers what the producer beans have accepted before the application stops: those of the application as well as the
 * auto-configured one.
 *
 * <p>Producers are closed when the context is closed, and only flushed when it is stopped or paused, so that they go on
 * where they were when it is started again.
 */
final class ProducersLifecycle implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(ProducersLifecycle.class);

    private final ConfigurableApplicationContext context;
    private final Duration timeout;
    private volatile boolean running;

    /**
     * Creates a lifecycle.
     *
     * @param context has the producers, and no others are looked at
     * @param phaseTimeout how long the context waits for this
     */
    ProducersLifecycle(ConfigurableApplicationContext context, Duration phaseTimeout) {
        this.context = context;
        // Leaves time to say what has not been delivered while somebody listens.
        this.timeout = phaseTimeout.multipliedBy(9).dividedBy(10);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        Flux.fromStream(() -> ExistingBeans.of(IdempotentProducer.class, context.getBeanFactory()))
                .flatMap(this::settle)
                .doFinally(signal -> {
                    running = false;
                    callback.run();
                })
                .subscribe(ignored -> {}, failure -> logger.error("Producers could not be stopped", failure));
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    private Mono<Void> settle(IdempotentProducer producer) {
        return (context.isClosed() ? producer.close() : producer.flush())
                .timeout(timeout, Mono.error(() -> new TimeoutException("not acknowledged within " + timeout)))
                .onErrorResume(failure -> {
                    logger.error(
                            "Producer '{}' of {} has not delivered everything since it was last flushed",
                            producer.producerId(),
                            producer.url(),
                            failure);
                    return Mono.empty();
                });
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.PRODUCERS;
    }
}
