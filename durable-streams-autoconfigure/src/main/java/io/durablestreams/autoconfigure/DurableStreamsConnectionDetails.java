package io.durablestreams.autoconfigure;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the server is and how to connect to it.
 *
 * <p>A bean of this type takes the place of {@code durable-streams.url} and of the embedded server. Everything that
 * auto-configuration connects to the server asks it, once, when it is made.
 */
public interface DurableStreamsConnectionDetails extends ConnectionDetails {

    /** Returns the {@code http} or {@code https} URL below which the streams are. */
    URI getUrl();

    /** Returns what to connect with over TLS, or null to leave that to {@code spring.http.clients.ssl.bundle}. */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }
}
