package io.durablestreams.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.handler.ServerSettings;
import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/**
 * Starts an embedded server for applications that have the server module and name no other server.
 *
 * <p>It keeps its streams in memory, or in a {@link StreamStore} bean if there is one.
 */
@AutoConfiguration(before = DurableStreamsAutoConfiguration.class)
@ConditionalOnClass(DurableStreamServer.class)
@ConditionalOnBooleanProperty(name = "durable-streams.server.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(DurableStreamsConnectionDetails.class)
@Conditional(DurableStreamsServerAutoConfiguration.NoServerNamed.class)
@EnableConfigurationProperties(DurableStreamsProperties.class)
public final class DurableStreamsServerAutoConfiguration {

    @Bean
    EmbeddedServer durableStreamsEmbeddedServer(
            DurableStreamsProperties properties, ObjectProvider<StreamStore> store) {
        DurableStreamsProperties.Server server = properties.server();
        DurableStreamServer.Builder builder = ConfiguredSettings.of(
                        "durable-streams.server", DurableStreamServer.builder())
                .with("host", server.host(), DurableStreamServer.Builder::host)
                .with("port", server.port(), DurableStreamServer.Builder::port)
                .with("base-path", server.basePath(), DurableStreamServer.Builder::basePath)
                .get()
                .settings(settings(server));
        return new EmbeddedServer(builder, store.getIfAvailable(InMemoryStreamStore::new), server.port());
    }

    static ServerSettings settings(DurableStreamsProperties.Server server) {
        return ConfiguredSettings.of("durable-streams.server", ServerSettings.DEFAULT)
                .with("long-poll-timeout", server.longPollTimeout(), ServerSettings::withLongPollTimeout)
                .with("sse-rotation", server.sseRotation(), ServerSettings::withSseRotation)
                .withBytes("max-request-bytes", server.maxRequestBytes(), ServerSettings::withMaxRequestBytes)
                .with("cors", server.cors(), ServerSettings::withCors)
                .get();
    }

    /** No URL is configured. */
    static final class NoServerNamed extends NoneNestedConditions {

        NoServerNamed() {
            super(ConfigurationPhase.PARSE_CONFIGURATION);
        }

        @ConditionalOnProperty("durable-streams.url")
        static class UrlIsSet {}
    }
}
