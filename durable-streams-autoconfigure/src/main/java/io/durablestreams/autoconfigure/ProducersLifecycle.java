package io.durablestreams.autoconfigure;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.IdempotentProducer;

/**
 * Delivers what the producer beans have accepted before the application stops: those of the application as well as the
 * auto-configured one.
 *
 * <p>Producers are closed when the context is closed, and only flushed when it is stopped or paused, so that they go on
 * under the same numbers when it is started again.
 */
final class ProducersLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

    private static final Logger logger = LoggerFactory.getLogger(ProducersLifecycle.class);

    private final ApplicationContext context;
    private final ConfigurableListableBeanFactory beans;
    private final Duration timeout;
    private volatile boolean closing;
    private volatile boolean running;
}
