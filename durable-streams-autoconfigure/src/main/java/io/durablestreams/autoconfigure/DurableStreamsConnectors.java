package io.durablestreams.autoconfigure;

import org.springframework.http.client.reactive.ClientHttpConnector;

/**
 * The connectors of the auto-configured client. Live reads have separate connections, so that they never occupy the
 * last connection for writes.
 *
 * <p>This type is public for the packages of the auto-configuration. It is not part of the API for applications.
 */
public interface DurableStreamsConnectors {

    /** Returns the connector for requests that the server answers at once. */
    ClientHttpConnector requests();

    /** Returns the connector for live reads. */
    ClientHttpConnector liveReads();
}
