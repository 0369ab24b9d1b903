package io.durablestreams.autoconfigure.connection;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.reactive.ClientHttpConnector;

import io.durablestreams.autoconfigure.DurableStreamsAutoConfiguration;
import io.durablestreams.autoconfigure.DurableStreamsConnectionDetails;
import io.durablestreams.autoconfigure.DurableStreamsProperties;
import io.durablestreams.client.DurableStreamClient;

/**
 * Provides the connections of the auto-configured client. They are created with the application's
 * {@link ClientHttpConnectorBuilder} and {@link HttpClientSettings}. A {@link ClientHttpConnector} bean of the application,
 * or a connector that a {@code WebClientCustomizer} sets, takes their place. Does nothing if the application defines a
 * {@link DurableStreamClient} bean.
 */
@AutoConfiguration(
        before = DurableStreamsAutoConfiguration.class,
        afterName = "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration")
@ConditionalOnClass({DurableStreamClient.class, ClientHttpConnectorBuilder.class})
@ConditionalOnMissingBean(DurableStreamClient.class)
@EnableConfigurationProperties(DurableStreamsProperties.class)
public final class DurableStreamsConnectionAutoConfiguration {

    private static final Logger logger = LoggerFactory.getLogger(DurableStreamsConnectionAutoConfiguration.class);

    @Bean
    ConnectionPools durableStreamsConnectionPools(
            DurableStreamsProperties properties,
            DurableStreamsConnectionDetails details,
            ObjectProvider<ClientHttpConnectorBuilder<?>> builder,
            ObjectProvider<HttpClientSettings> settings,
            ConfigurableApplicationContext context) {
        OwnConnector own = OwnConnector.find(context.getBeanFactory());
        if (own != null) {
            logger.info(
                    "The Durable Streams client uses the connector of {}: its connections are limited and secured there,"
                            + " not by 'durable-streams.request.max-connections',"
                            + " 'durable-streams.reader.max-live-connections' and 'durable-streams.ssl.bundle'",
                    own.source());
        }
        return new ConnectionPools(
                own != null ? ignored -> own.connector() : builder.getIfAvailable(ClientHttpConnectorBuilder::detect),
                settings.getIfAvailable(HttpClientSettings::defaults),
                details.getSslBundle(),
                properties.toConnectionSettings(),
                context::isClosed);
    }
}
