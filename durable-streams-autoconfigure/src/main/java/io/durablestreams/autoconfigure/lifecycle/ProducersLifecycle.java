package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;

/**
 * Delivers the accepted messages of producers before the application stops. It covers all producers of all client beans,
 * including producers that are not beans, and all other producer beans.
 *
 * <p>When the context is closed, producers are closed. When it is stopped or paused, producers are flushed, and continue
 * after a restart. A client that was registered as an instance may be used elsewhere, so its producers are only flushed.
 *
 * <p>A client or producer that fails, never ends or is a mock does not prevent the others from delivering.
 */
final class ProducersLifecycle extends EndingLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(ProducersLifecycle.class);

    private final ConfigurableApplicationContext context;
    private final ProducerBeans beans;
    private final Duration phaseTimeout;

    /**
     * Creates a lifecycle.
     *
     * @param context the context, which reports whether it is being closed
     * @param beans finds the clients and the producers
     * @param phaseTimeout the longest wait of the context for this lifecycle
     */
    ProducersLifecycle(ConfigurableApplicationContext context, ProducerBeans beans, Duration phaseTimeout) {
        super(LifecyclePhases.producers(), false);
        this.context = context;
        this.beans = beans;
        this.phaseTimeout = phaseTimeout;
    }

    @Override
    protected Mono<Void> end() {
        if (!context.isClosed()) {
            return settle(false, phaseTimeout);
        }
        LateTasks tasks = new LateTasks(context.getBeanFactory());
        if (!tasks.mayRun()) {
            return settle(true, phaseTimeout);
        }
        return tasks.ended(phaseTimeout.dividedBy(2))
                .thenReturn(true)
                .timed()
                .flatMap(ended -> settle(
                        true,
                        phaseTimeout.minusMillis(
                                ended.elapsedSinceSubscription().toMillis())));
    }

    @Override
    protected void notEnded(Throwable failure) {
        logger.error("Producers could not be stopped", failure);
    }

    /** Ends the other producer beans first, because they may write with the producers of a client. */
    private Mono<Void> settle(boolean closing, Duration limit) {
        List<DurableStreamClient> all = beans.allClients();
        List<DurableStreamClient> toClose = closing ? beans.ownClients() : List.of();
        List<DurableStreamClient> toFlush =
                all.stream().filter(client -> !toClose.contains(client)).toList();
        List<IdempotentProducer> others = beans.producersWithout(closing ? toClose : all);
        // Leaves time to report the undelivered messages while the context still waits.
        Duration time = limit.multipliedBy(9).dividedBy(others.isEmpty() ? 10 : 20);
        return Endings.each(others, producer -> closing ? producer.close() : producer.flush(), time, this::notDelivered)
                .then(Mono.when(
                        Endings.each(toFlush, DurableStreamClient::flush, time, this::notDelivered),
                        Endings.each(toClose, client -> client.closeProducers(time), limit, this::notDelivered)));
    }

    private void notDelivered(IdempotentProducer producer, Throwable failure) {
        logger.error(
                "Producer '{}' of {} has not delivered everything since it was last flushed",
                producer.producerId(),
                producer.url(),
                failure);
    }

    private void notDelivered(DurableStreamClient client, Throwable failure) {
        logger.warn(
                "The producers of a client have not delivered everything{}: {}",
                context.isClosed() ? "" : ", and go on when the application is started again",
                failure.getMessage());
    }
}
