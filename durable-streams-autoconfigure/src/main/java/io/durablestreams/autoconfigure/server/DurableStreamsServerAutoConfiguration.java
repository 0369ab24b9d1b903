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
 * Starts an embedded server for applications that have the server module and name no other server, neither by
 * {@code durable-streams.url} nor by a {@link io.durablestreams.autoconfigure.DurableStreamsConnectionDetails} bean.
 *
 * <p>It keeps its streams in memory, or in a {@link StreamStore} bean if there is one. The application decides about it
 * when it runs, also if it was processed ahead of time.
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
