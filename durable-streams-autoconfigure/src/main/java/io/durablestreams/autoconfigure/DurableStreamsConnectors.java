package io.durablestreams.autoconfigure;

import org.springframework.http.client.reactive.ClientHttpConnector;

/**
 * The connections of the auto-configured client. Live reads have connections of their own, so that they never take the
 * last connection from a write.
 *
 * <p>This type is public for the packages of the auto-configuration, and not part of the API for applications.
 */
public interface DurableStreamsConnectors {

    /** Returns the connector for requests that the server answers at once. */
    ClientHttpConnector requests();

    /** Returns the connector for live reads. */
    ClientHttpConnector liveReads();
}
