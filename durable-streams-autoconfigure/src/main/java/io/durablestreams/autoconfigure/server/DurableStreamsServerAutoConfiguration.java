package io.durablestreams.autoconfigure.server;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import io.durablestreams.autoconfigure.DurableStreamsAutoConfiguration;
import io.durablestreams.autoconfigure.DurableStreamsProperties;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.store.StreamStore;

/**
 * Starts an embedded server if the server module is on the class path and no other server is configured. Another server
 * is configured by {@code durable-streams.url} or by a
 * {@link io.durablestreams.autoconfigure.DurableStreamsConnectionDetails} bean. The server is not started if
 * {@code durable-streams.server.enabled} is false.
 *
 * <p>The server keeps its streams in memory, or in a {@link StreamStore} bean if there is one. These decisions are made
 * when the application runs, also if it was processed ahead of time.
 */
@AutoConfiguration(before = DurableStreamsAutoConfiguration.class)
@ConditionalOnClass(DurableStreamServer.class)
@EnableConfigurationProperties(DurableStreamsProperties.class)
public final class DurableStreamsServerAutoConfiguration {

    @Bean
    static EmbeddedServerRegistrar durableStreamsEmbeddedServerRegistrar(Environment environment) {
        return new EmbeddedServerRegistrar(environment);
    }
}
