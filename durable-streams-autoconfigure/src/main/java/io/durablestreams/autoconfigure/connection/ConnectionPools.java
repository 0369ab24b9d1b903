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
 * The client's connections: one pool for live reads and one for everything else, so that open reads cannot starve
 * writes. They are cut while the application is stopped, and closed with it, which ends what still reads then.
 */
final class ConnectionPools implements DurableStreamsConnectors, SmartLifecycle, DisposableBean {

    private final ConnectionPool requests;
    private final ConnectionPool liveReads;
    private final BooleanSupplier closing;

    // Running from the beginning: other beans may use the client while they are made.
    private volatile boolean running = true;

    /**
     * Creates the pools.
     *
     * @param builder makes the connectors
     * @param settings the application's settings for all HTTP clients
     * @param sslBundle overrides the one in the settings, unless null
     * @param limits the sizes
     * @param closing whether the application is being closed, and not only stopped
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
        // A live read is silent for as long as nothing is appended; readers have timeouts of their own for it.
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
        return LifecyclePhases.CONNECTIONS;
    }

    @Override
    public void destroy() {
        requests.close();
        liveReads.close();
    }
}
