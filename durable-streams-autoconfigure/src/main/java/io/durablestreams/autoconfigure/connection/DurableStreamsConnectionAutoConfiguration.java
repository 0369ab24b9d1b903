package io.durablestreams.autoconfigure.connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.durablestreams.autoconfigure.DurableStreamsAutoConfiguration;
import io.durablestreams.autoconfigure.DurableStreamsConnectionDetails;
import io.durablestreams.autoconfigure.DurableStreamsProperties;
import io.durablestreams.client.DurableStreamClient;

/**
 * Provides the connections of the auto-configured client. They are created with the application's
 * {@link ClientHttpConnectorBuilder} and {@link HttpClientSettings}. Does nothing if the application defines a
 * {@link DurableStreamClient} bean.
 */
@AutoConfiguration(
        before = DurableStreamsAutoConfiguration.class,
        afterName = "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration")
@ConditionalOnClass({DurableStreamClient.class, ClientHttpConnectorBuilder.class})
@ConditionalOnMissingBean(DurableStreamClient.class)
@EnableConfigurationProperties(DurableStreamsProperties.class)
public final class DurableStreamsConnectionAutoConfiguration {

    @Bean
    ConnectionPools durableStreamsConnectionPools(
            DurableStreamsProperties properties,
            DurableStreamsConnectionDetails details,
            ObjectProvider<ClientHttpConnectorBuilder<?>> builder,
            ObjectProvider<HttpClientSettings> settings,
            ConfigurableApplicationContext context) {
        return new ConnectionPools(
                builder.getIfAvailable(ClientHttpConnectorBuilder::detect),
                settings.getIfAvailable(HttpClientSettings::defaults),
                details.getSslBundle(),
                properties.toConnectionSettings(),
                context::isClosed);
    }
}
