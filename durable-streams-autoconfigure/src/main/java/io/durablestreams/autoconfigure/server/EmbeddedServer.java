package io.durablestreams.autoconfigure.server;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Mono;

import io.durablestreams.autoconfigure.DurableStreamsConnectionDetails;
import io.durablestreams.autoconfigure.lifecycle.EndingLifecycle;
import io.durablestreams.autoconfigure.lifecycle.LifecyclePhases;
import io.durablestreams.autoconfigure.setup.SetupException;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.store.StreamStore;

/**
 * A server in this application, on a port of its own. It listens from its creation, so that other beans can use it while
 * they are created, and stops after them. When it is started again, it serves the same streams at the same URL.
 */
final class EmbeddedServer extends EndingLifecycle implements DurableStreamsConnectionDetails, DisposableBean {

    private static final Logger logger = LoggerFactory.getLogger(EmbeddedServer.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final DurableStreamServer.Builder builder;
    private final URI url;
    private volatile @Nullable DurableStreamServer server;

    /**
     * Starts a server. Blocks until it listens, for at most 10 seconds.
     *
     * @param builder a builder with the configuration of the server
     * @param store the store of the streams
     * @param port the port to listen on, or 0 for any free port
     * @throws SetupException if the server cannot listen
     */
    EmbeddedServer(DurableStreamServer.Builder builder, StreamStore store, int port) {
        super(LifecyclePhases.server(), true);
        this.builder = builder.store(store);
        this.url = listen(port);
        logger.info(
                "Embedded Durable Streams server listens at {}, its streams are kept by {}",
                url,
                store.getClass().getSimpleName());
    }

    private URI listen(int port) {
        DurableStreamServer starting = builder.port(port).build();
        try {
            URI listening = await(starting.start());
            server = starting;
            return Objects.requireNonNull(listening);
        } catch (ExecutionException | TimeoutException failure) {
            starting.stop().subscribe(ignored -> {}, this::notEnded);
            throw new SetupException(
                    "The embedded Durable Streams server cannot listen on port " + port + ": " + cause(failure),
                    "Set 'durable-streams.server.port' to a free port, or to 0 for any free one, and"
                            + " 'durable-streams.server.host' to an address of this machine; or set"
                            + " 'durable-streams.url' if a server is running already.",
                    failure);
        }
    }

    private static Throwable cause(Exception failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : cause;
    }

    /** Blocks, because the creation of a bean and the start of a lifecycle end when their methods return. */
    private static <T> @Nullable T await(Mono<T> result) throws ExecutionException, TimeoutException {
        CompletableFuture<T> future = result.toFuture();
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            future.cancel(true);
            throw late;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new ExecutionException(interruption);
        }
    }

    @Override
    public URI getUrl() {
        return url;
    }

    @Override
    public void start() {
        listen(url.getPort());
        super.start();
    }

    @Override
    protected Mono<Void> end() {
        return Mono.defer(() -> {
            DurableStreamServer stopping = server;
            server = null;
            return stopping == null ? Mono.empty() : stopping.stop();
        });
    }

    @Override
    protected void notEnded(Throwable failure) {
        logger.warn("The embedded server did not stop", failure);
    }

    /** Keeps the server up while the context is paused. Otherwise its port could be taken before it restarts. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Stops the server if its lifecycle has not, because the context failed to start. */
    @Override
    public void destroy() throws ExecutionException, TimeoutException {
        await(end());
    }
}
