package io.durablestreams.server;

import java.net.URI;

import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.handler.ServerSettings;
import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/**
 * A Durable Streams server on a port of its own. It works in any application, and is independent of the application's
 * own web server.
 *
 * <p>The server can be started and stopped repeatedly. Its methods may be called from any thread. The store keeps the
 * streams, so they survive a stop. The server neither opens nor closes the store. With port 0, each start may use
 * another port.
 */
public interface DurableStreamServer {

    /** The default port of the protocol (§13.1). */
    int DEFAULT_PORT = 4437;

    /**
     * Starts the server. Has no effect if the server is running.
     *
     * <p>The {@code Mono} is cold: each subscription starts the server. It emits {@link #url()} when the server
     * listens. It fails if the server cannot listen, for example because the port is in use. Signals may arrive on an
     * event loop, which must not be blocked. Cancelling before the completion gives up the start, and releases its
     * resources.
     *
     * @return the URL of the streams
     */
    Mono<URI> start();

    /**
     * Stops the server. Has no effect if the server is not running.
     *
     * <p>The {@code Mono} is cold, and its subscription does not block. On subscription, the server stops listening,
     * and ends live reads as {@link DurableStreamHandler#stopLiveReads()} does. Other requests in progress have 3 s to
     * finish; then their connections are closed. The {@code Mono} completes after that, when the port is free.
     * Cancelling gives up waiting: the stop may then be incomplete, and cannot be repeated.
     *
     * @return completes when the server has stopped
     */
    Mono<Void> stop();

    /**
     * Returns the URL of the streams, without a slash at its end. If the server listens on all addresses, the host is
     * {@code localhost}; otherwise it is the IP address.
     *
     * @throws IllegalStateException if the server is not running
     */
    URI url();

    /** Returns whether the server is running, which means that it listens. */
    boolean isRunning();

    /**
     * Returns a builder of a server. Without further settings, the server listens on {@code 127.0.0.1:4437}, serves
     * streams below {@code /}, and keeps them in memory.
     */
    static Builder builder() {
        return new Builder();
    }

    /** Collects the configuration of a server. A builder is mutable and not safe for use by several threads. */
    final class Builder {

        private String host = "127.0.0.1";
        private int port = DEFAULT_PORT;
        private String basePath = "/";
        private StreamStore store = new InMemoryStreamStore();
        private ServerSettings settings = ServerSettings.DEFAULT;

        private Builder() {}

        /**
         * Sets the address to listen on.
         *
         * @param host a host name or IP address; the default is {@code 127.0.0.1}, which only this machine can reach
         */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /**
         * Sets the port to listen on.
         *
         * @param port a port, or 0 for any free port; the default is {@link #DEFAULT_PORT}
         * @throws IllegalArgumentException if the port is not between 0 and 65535
         */
        public Builder port(int port) {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port must be between 0 and 65535, but is " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * Sets the path of the streams.
         *
         * @param basePath a path such as {@code /v1/stream}; the default is {@code /}
         * @throws IllegalArgumentException if the path does not begin with a slash
         */
        public Builder basePath(String basePath) {
            this.basePath = DurableStreamRoutes.requireSlashAtTheBeginning(basePath);
            return this;
        }

        /**
         * Sets the store that keeps the streams. The server does not close it.
         *
         * @param store a store; the default is a new {@link InMemoryStreamStore}
         */
        public Builder store(StreamStore store) {
            this.store = store;
            return this;
        }

        /**
         * Sets limits, timeouts and CORS.
         *
         * @param settings the settings; the default is {@link ServerSettings#DEFAULT}
         */
        public Builder settings(ServerSettings settings) {
            this.settings = settings;
            return this;
        }

        /** Returns a new server, which is not running. */
        public DurableStreamServer build() {
            DurableStreamHandler handler =
                    DurableStreamHandler.builder(store).settings(settings).build();
            return new DefaultDurableStreamServer(host, port, basePath, handler);
        }
    }
}
