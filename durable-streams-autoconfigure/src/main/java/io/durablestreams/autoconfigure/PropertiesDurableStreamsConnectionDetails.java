package io.durablestreams.autoconfigure;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

import io.durablestreams.autoconfigure.setup.ConfiguredSettings;
import io.durablestreams.autoconfigure.setup.SetupException;
import io.durablestreams.client.DurableStreamClient;

/**
 * The server that the configuration names. Fails when a method is called instead of on creation, because the details may
 * never be used.
 */
final class PropertiesDurableStreamsConnectionDetails implements DurableStreamsConnectionDetails {

    private static final String SSL_BUNDLE = "durable-streams.ssl.bundle";

    private final DurableStreamsProperties properties;
    private final @Nullable SslBundles bundles;

    PropertiesDurableStreamsConnectionDetails(DurableStreamsProperties properties, @Nullable SslBundles bundles) {
        this.properties = properties;
        this.bundles = bundles;
    }

    @Override
    public URI getUrl() {
        String url = properties.url();
        if (url == null) {
            throw new SetupException(
                    "There is no Durable Streams server to connect to: 'durable-streams.url' is not set, and no"
                            + " embedded server is available.",
                    "Set 'durable-streams.url' to the URL of a server's streams, such as"
                            + " http://localhost:4437/v1/stream, or add io.durablestreams:durable-streams-server to the"
                            + " class path for an embedded server (and leave 'durable-streams.server.enabled' on).");
        }
        ConfiguredSettings.useUrl(
                "durable-streams.url", url, () -> DurableStreamClient.builder().baseUrl(url));
        return URI.create(url);
    }

    @Override
    public @Nullable SslBundle getSslBundle() {
        String name = properties.ssl().bundle();
        if (name == null) {
            return null;
        }
        if (bundles == null) {
            throw new InvalidConfigurationPropertyValueException(
                    SSL_BUNDLE, name, "this application has no SSL bundles; SslAutoConfiguration provides them");
        }
        try {
            return bundles.getBundle(name);
        } catch (NoSuchSslBundleException unknown) {
            throw new InvalidConfigurationPropertyValueException(
                    SSL_BUNDLE,
                    name,
                    "there is no SSL bundle of this name; define it below spring.ssl.bundle.pem." + name
                            + " or spring.ssl.bundle.jks." + name,
                    unknown);
        }
    }
}
