package io.durablestreams.server;

import java.net.URI;

import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.handler.ServerSettings;
import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/**
 * A Durable Streams server on a port of its own, in any application, whatever that application's own web server is.
 *
 * <p>It can be started and stopped again and again; the streams live in the store, which is neither opened nor closed
 * here. With port 0 every start may get another port.
 */
public interface DurableStreamServer {

    /** The port for servers of the protocol (§13.1). */
    int DEFAULT_PORT = 4437;

    /**
     * Starts to listen; does nothing if it does so already.
     *
     * @return the URL under which the streams are; fails when the port is taken. The start happens at subscription;
     *     cancelling before its end gives it up, and leaves nothing behind.
     */
    Mono<URI> start();

    /**
     * Ends live reads in good order, lets requests in progress finish for some seconds, and stops listening; does
     * nothing if not started.
     *
     * @return completes when the port is free. The stop happens at subscription.
     */
    Mono<Void> stop();

    /**
     * Returns the URL under which the streams are, without a slash at its end.
     *
     * @throws IllegalStateException when the server is not started
     */
    URI url();

    /** Whether the server listens. */
    boolean isRunning();

    /** Returns a builder of a server with a store in memory. */
    static Builder builder() {
        return new Builder();
    }

    /** Builds a server. */
    final class Builder {

        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private String basePath = "/";
        private StreamStore store = new InMemoryStreamStore();
        private ServerSettings settings = ServerSettings.DEFAULT;

        private Builder() {}

        /** Sets the address to listen on; {@code 127.0.0.1} otherwise, which only this machine can reach. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** Sets the port, 0 for any free one; {@link #DEFAULT_PORT} otherwise. */
        public Builder port(int port) {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port must be between 0 and 65535, but is " + port);
            }
            this.port = port;
            return this;
        }

        /** Sets the path under which the streams are, like {@code /v1/stream}; {@code /} otherwise. */
        public Builder basePath(String basePath) {
            this.basePath = DurableStreamRoutes.requireSlashAtTheBeginning(basePath);
            return this;
        }

        /** Sets where the streams are kept; in memory otherwise. */
        public Builder store(StreamStore store) {
            this.store = store;
            return this;
        }

        /** Sets how the server behaves; {@link ServerSettings#DEFAULT} otherwise. */
        public Builder settings(ServerSettings settings) {
            this.settings = settings;
            return this;
        }

        public DurableStreamServer build() {
            DurableStreamHandler handler =
                    DurableStreamHandler.builder(store).settings(settings).build();
            return new DefaultDurableStreamServer(host, port, basePath, handler);
        }
    }
}
