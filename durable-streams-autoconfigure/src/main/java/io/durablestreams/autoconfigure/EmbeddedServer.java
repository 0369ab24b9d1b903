package io.durablestreams.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;

import io.durablestreams.server.DurableStreamServer;

/**
 * A server in this application, on a port of its own. It runs from when it is made, so that all other beans can use it,
 * until they have stopped; started again, it has the same streams at the same URL.
 */
final class EmbeddedServer implements DurableStreamsConnectionDetails, SmartLifecycle, InitializingBean, DisposableBean {

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedServer.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final DurableStreamServer.Builder builder;
    private final int port;
    private @Nullable URI url;
    private @Nullable DurableStreamServer server;
}
