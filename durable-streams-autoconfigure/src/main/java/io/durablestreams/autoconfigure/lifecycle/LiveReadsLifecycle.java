package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.DurableStreamHandler;

/**
 * Ends the live reads on handlers that the application has put under a path of its own web server, before that web server
 * waits for its open responses. Clients come back to another instance, or to this one when it is started again.
 */
final class LiveReadsLifecycle implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(LiveReadsLifecycle.class);

    /** For clients that take no bytes. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final ConfigurableListableBeanFactory beans;

    // Running from the beginning: requests come in before this is started, after the web server.
    private volatile boolean running = true;

    /**
     * Creates a lifecycle.
     *
     * @param beans has the handlers
     */
    LiveReadsLifecycle(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public void start() {
        handlers().forEach(DurableStreamHandler::startLiveReads);
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        Mono.defer(() -> Endings.each(
                        handlers().toList(),
                        DurableStreamHandler::stopLiveReads,
                        TIMEOUT,
                        (handler, failure) -> logger.warn("Live reads are left open", failure)))
                .doFinally(signal -> {
                    running = false;
                    callback.run();
                })
                .subscribe(ignored -> {}, failure -> logger.warn("Live reads are left open", failure));
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    private Stream<DurableStreamHandler> handlers() {
        return ExistingBeans.of(DurableStreamHandler.class, beans);
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
