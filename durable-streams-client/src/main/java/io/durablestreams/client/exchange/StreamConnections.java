package io.durablestreams.client.exchange;

import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Sets up Reactor Netty for the connections to a stream server. The client's own connections and those of the
 * auto-configuration are set up here.
 *
 * <p>An application that gives the client a {@link org.springframework.web.reactive.function.client.WebClient WebClient}
 * over Reactor Netty should make its {@link HttpClient} here, too: see {@link #configure}.
 */
public final class StreamConnections {

    private StreamConnections() {}

    /**
     * Returns a pool for requests that the server answers at once.
     *
     * @param settings limits of the pool
     * @return a builder whose pool the caller disposes
     */
    public static ConnectionProvider.Builder requestPool(ConnectionSettings settings) {
        return pool("durable-streams-requests", settings.maxConnections(), settings);
    }

    /**
     * Returns a pool for live reads, each of which takes a connection for as long as it lasts.
     *
     * @param settings limits of the pool
     * @return a builder whose pool the caller disposes
     */
    public static ConnectionProvider.Builder liveReadPool(ConnectionSettings settings) {
        return pool("durable-streams-live", settings.maxLiveConnections(), settings);
    }

    private static ConnectionProvider.Builder pool(String name, int maxConnections, ConnectionSettings settings) {
        return ConnectionProvider.builder(name)
                .maxConnections(maxConnections)
                .pendingAcquireTimeout(settings.acquireTimeout())
                .maxIdleTime(settings.maxIdleTime())
                .evictInBackground(settings.maxIdleTime().dividedBy(2))
                .lifo();
    }

    /**
     * Returns an HTTP client with the settings that the protocol's guarantees depend on. Everything else stays as it is.
     *
     * <ul>
     *   <li>Requests are never repeated by Reactor Netty: a plain append must not be.
     *   <li>No compressed answers are asked for. Netty does not notice that compressed bytes end too early, and proxies
     *       buffer the events that they compress.
     *   <li>Each request gets its own answer. On HTTP/1.1 connections, informational answers (1xx) are read past, and
     *       answers without a request close the connection.
     * </ul>
     *
     * <p>The client is for stream requests only: it cannot switch to another protocol, such as WebSocket.
     *
     * @param client the client to start with
     * @return the configured client
     */
    public static HttpClient configure(HttpClient client) {
        return client.disableRetry(true)
                .compress(false)
                .doOnChannelInit((observer, channel, address) -> OneAnswerPerRequest.addTo(channel))
                // The first time after TLS has negotiated the protocol, if there was a choice.
                .doOnConnected(connection -> OneAnswerPerRequest.addTo(connection.channel()));
    }
}
