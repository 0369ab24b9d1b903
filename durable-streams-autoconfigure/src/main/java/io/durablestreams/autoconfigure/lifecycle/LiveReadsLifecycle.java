package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.DurableStreamHandler;

/**
 * Ends the live reads on handlers that the application serves with its own web server, before the web server waits for
 * open responses. Clients reconnect to another instance, or to this instance after a restart.
 */
final class LiveReadsLifecycle extends EndingLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(LiveReadsLifecycle.class);

    /** For clients that take no bytes. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final ConfigurableListableBeanFactory beans;

    /**
     * Creates a lifecycle.
     *
     * @param beans the bean factory with the handlers
     */
    LiveReadsLifecycle(ConfigurableListableBeanFactory beans) {
        // Running from the beginning, because this starts after the web server, which already accepts requests.
        super(LifecyclePhases.shutdownSignal(), true);
        this.beans = beans;
    }

    @Override
    public void start() {
        handlers().forEach(DurableStreamHandler::startLiveReads);
        super.start();
    }

    @Override
    protected Mono<Void> end() {
        return Endings.each(
                handlers().toList(),
                DurableStreamHandler::stopLiveReads,
                TIMEOUT,
                (handler, failure) -> notEnded(failure));
    }

    @Override
    protected void notEnded(Throwable failure) {
        logger.warn("Live reads are left open", failure);
    }

    private Stream<DurableStreamHandler> handlers() {
        return ExistingBeans.of(DurableStreamHandler.class, beans);
    }
}
