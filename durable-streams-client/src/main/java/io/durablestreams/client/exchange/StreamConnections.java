package io.durablestreams.client.exchange;

import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Configures Reactor Netty for connections to a stream server. The client and the auto-configuration configure their
 * own connections here.
 *
 * <p>An application that gives the client a {@link org.springframework.web.reactive.function.client.WebClient
 * WebClient} for Reactor Netty should create its {@link HttpClient} with {@link #configure}.
 */
public final class StreamConnections {

    private static final int UNLIMITED = -1;

    private StreamConnections() {}

    /**
     * Returns a builder of a pool for requests that the server answers at once. The caller disposes the pool.
     *
     * @param settings the limits of the pool
     */
    public static ConnectionProvider.Builder requestPool(ConnectionSettings settings) {
        return pool("durable-streams-requests", settings.maxConnections(), settings);
    }

    /**
     * Returns a builder of a pool for live reads. Each live read occupies a connection as long as it lasts. The caller
     * disposes the pool.
     *
     * @param settings the limits of the pool
     */
    public static ConnectionProvider.Builder liveReadPool(ConnectionSettings settings) {
        return pool("durable-streams-live", settings.maxLiveConnections(), settings);
    }

    private static ConnectionProvider.Builder pool(String name, int maxConnections, ConnectionSettings settings) {
        return ConnectionProvider.builder(name)
                .maxConnections(maxConnections)
                .pendingAcquireTimeout(settings.acquireTimeout())
                // Only the time of the wait is limited. By default Reactor Netty refuses requests at once when twice as
                // many wait as there are connections.
                .pendingAcquireMaxCount(UNLIMITED)
                .maxIdleTime(settings.maxIdleTime())
                .evictInBackground(settings.maxIdleTime().dividedBy(4))
                .lifo();
    }

    /**
     * Returns an HTTP client with the settings on which the guarantees of the protocol depend. All other settings are
     * preserved.
     *
     * <ul>
     *   <li>Reactor Netty does not repeat requests on its own. A plain append must not be repeated.
     *   <li>Requests do not ask for compression. Netty does not detect compressed bytes that end too early, and proxies
     *       buffer events that they compress.
     *   <li>Each request receives its own response. On HTTP/1.1 connections, informational responses (1xx) are skipped,
     *       and a response without a request closes the connection.
     * </ul>
     *
     * <p>Use the client for stream requests only. It cannot switch to another protocol, such as WebSocket.
     *
     * @param client the client to start from
     */
    public static HttpClient configure(HttpClient client) {
        return client.disableRetry(true)
                .compress(false)
                .doOnChannelInit((observer, channel, address) -> OneAnswerPerRequest.addTo(channel))
                // With TLS, the protocol is negotiated after the channel is initialised.
                .doOnConnected(connection -> OneAnswerPerRequest.addTo(connection.channel()));
    }

    /**
     * Returns a pool that passes the failures of its connections to the client without logging them at WARN. The client
     * reports them itself.
     *
     * @param pool the pool to acquire connections from
     */
    public static ConnectionProvider quiet(ConnectionProvider pool) {
        return new QuietConnections(pool);
    }
}
