package io.durablestreams.autoconfigure;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * The location of the server, and the TLS settings of connections to it.
 *
 * <p>A bean of this type replaces {@code durable-streams.url}, {@code durable-streams.ssl.bundle} and the embedded server.
 * The auto-configuration reads it once, when it creates the client and its connections. An exception of a method fails the
 * start of the application.
 */
public interface DurableStreamsConnectionDetails extends ConnectionDetails {

    /** Returns the base URL of the server's streams, with the scheme {@code http} or {@code https}. */
    URI getUrl();

    /**
     * Returns the SSL bundle for connections to the server. The default is null, which selects the bundle of
     * {@code spring.http.clients.ssl.bundle}.
     */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }
}
