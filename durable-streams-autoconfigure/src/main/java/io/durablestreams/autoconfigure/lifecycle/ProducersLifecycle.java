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
 * Delivers the messages that producers have accepted before the application stops. These are the producers of all client
 * beans, including producers that are not beans, and producer beans of other origin.
 *
 * <p>Producers are closed when the context is closed. When it is stopped or paused, they are flushed, and continue when it
 * is started again. A client that the context was given as an instance may be used elsewhere: its producers are only
 * flushed.
 *
 * <p>A client or producer that fails, never ends or is a mock does not keep the others from delivering.
 */
final class ProducersLifecycle extends EndingLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(ProducersLifecycle.class);

    private final ConfigurableApplicationContext context;
    private final ProducerBeans beans;
    private final Duration phaseTimeout;

    /**
     * Creates a lifecycle.
     *
     * @param context says whether it is being closed
     * @param beans finds the clients and the producers
     * @param phaseTimeout how long the context waits for this lifecycle
     */
    ProducersLifecycle(ConfigurableApplicationContext context, ProducerBeans beans, Duration phaseTimeout) {
        super(LifecyclePhases.PRODUCERS, false);
        this.context = context;
        this.beans = beans;
        this.phaseTimeout = phaseTimeout;
    }

    @Override
    Mono<Void> end() {
        return settle(context.isClosed());
    }

    @Override
    void notEnded(Throwable failure) {
        logger.error("Producers could not be stopped", failure);
    }

    /** Producers of other origin come first, because they may write with the producers of a client. */
    private Mono<Void> settle(boolean closing) {
        List<DurableStreamClient> all = beans.allClients();
        List<DurableStreamClient> toClose = closing ? beans.ownClients() : List.of();
        List<DurableStreamClient> toFlush =
                all.stream().filter(client -> !toClose.contains(client)).toList();
        List<IdempotentProducer> others = beans.producersWithout(closing ? toClose : all);
        // Leaves time to report what was not delivered while the context waits.
        Duration time = phaseTimeout.multipliedBy(9).dividedBy(others.isEmpty() ? 10 : 20);
        return Endings.each(others, producer -> closing ? producer.close() : producer.flush(), time, this::notDelivered)
                .then(Mono.when(
                        Endings.each(toFlush, DurableStreamClient::flush, time, this::notDelivered),
                        Endings.each(
                                toClose, client -> client.closeProducers(time), phaseTimeout, this::notDelivered)));
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
