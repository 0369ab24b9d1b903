package io.durablestreams.autoconfigure;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;

import io.durablestreams.client.IdempotentProducer;

/**
 * Closes producer beans that {@link ProducersLifecycle} has not closed, because the context never came to life. A producer
 * is destroyed before the client that it was made from, so there still are connections to deliver over. The wait is short:
 * somebody wants to see why the application does not start.
 */
final class ProducerClosePostProcessor implements DestructionAwareBeanPostProcessor {

    private static final Logger logger = LoggerFactory.getLogger(ProducerClosePostProcessor.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof IdempotentProducer;
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        if (bean instanceof IdempotentProducer producer) {
            close(producer);
        }
    }

    /** Waits: beans are destroyed by returning. */
    private static void close(IdempotentProducer producer) {
        try {
            producer.close().toFuture().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failure) {
            logger.debug(
                    "Producer '{}' of {} has not delivered everything since it was last flushed",
                    producer.producerId(),
                    producer.url(),
                    failure);
        }
    }
}
