package io.durablestreams.autoconfigure.connection;

import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.reactive.ClientHttpConnector;

import io.durablestreams.autoconfigure.DurableStreamsConnectors;
import io.durablestreams.autoconfigure.lifecycle.LifecyclePhases;
import io.durablestreams.client.exchange.ConnectionSettings;
import io.durablestreams.client.exchange.StreamConnections;

/**
 * The connections of the client: one pool for live reads, and one for all other requests, so that live reads cannot
 * starve writes. When the context stops, the connections are cut, and they are opened again on a restart. When the context
 * is closed, the connections are closed, which fails the reads that are still open.
 */
final class ConnectionPools implements DurableStreamsConnectors, SmartLifecycle, DisposableBean {

    private final ConnectionPool requests;
    private final ConnectionPool liveReads;
    private final BooleanSupplier closing;

    // Running from the beginning, because other beans may use the client while they are created.
    private volatile boolean running = true;

    /**
     * Creates the pools.
     *
     * @param builder the builder of the connectors
     * @param settings the application's settings for all HTTP clients
     * @param sslBundle the SSL bundle that overrides the bundle of the settings, or null
     * @param limits the limits of the pools
     * @param closing whether the context is being closed, and not only stopped
     */
    ConnectionPools(
            ClientHttpConnectorBuilder<?> builder,
            HttpClientSettings settings,
            @Nullable SslBundle sslBundle,
            ConnectionSettings limits,
            BooleanSupplier closing) {
        this.closing = closing;
        HttpClientSettings common = sslBundle == null ? settings : settings.withSslBundle(sslBundle);
        requests = new ConnectionPool(StreamConnections.requestPool(limits), builder, common);
        // A live read is silent as long as nothing is appended. Readers have their own timeouts for that.
        liveReads = new ConnectionPool(StreamConnections.liveReadPool(limits), builder, common.withReadTimeout(null));
    }

    @Override
    public ClientHttpConnector requests() {
        return requests;
    }

    @Override
    public ClientHttpConnector liveReads() {
        return liveReads;
    }

    @Override
    public void start() {
        requests.open();
        liveReads.open();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (closing.getAsBoolean()) {
            destroy();
        } else {
            requests.cut();
            liveReads.cut();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.connections();
    }

    @Override
    public void destroy() {
        requests.close();
        liveReads.close();
    }
}
