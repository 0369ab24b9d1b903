package io.durablestreams.autoconfigure;

import java.util.List;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.autoconfigure.setup.RunTimeRegistrar;
import io.durablestreams.autoconfigure.setup.SetupException;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerErrorHandler;

/**
 * Provides a {@link DurableStreamClient}, and an {@link IdempotentProducer} if {@code durable-streams.producer.stream} is
 * set. Each gives way to a bean of the application.
 *
 * <p>The client sends its requests with the application's {@link WebClient.Builder}, and reads and writes JSON with the
 * application's {@link JsonMapper}. It also uses beans of these types:
 * <ul>
 *   <li>{@link ReadMetricsRecorder} records the activity of its readers.
 *   <li>{@link ProducerMetricsRecorder} records the activity of its producers.
 *   <li>{@link EpochStore} keeps the epochs of its producers.
 *   <li>{@link ProducerErrorHandler} receives the failed messages of its producers. A client that the application builds
 *       itself does not use this bean unless it is passed to the client's builder, which is reported at the start.
 *   <li>{@link DurableStreamClientBuilderCustomizer} beans customize its builder, in their order.
 * </ul>
 */
@AutoConfiguration(
        after = SslAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration"
        })
@ConditionalOnClass(DurableStreamClient.class)
@EnableConfigurationProperties(DurableStreamsProperties.class)
public final class DurableStreamsAutoConfiguration {

    /**
     * Registers beans without conditions, because an application that is processed ahead of time evaluates its conditions
     * when it is built.
     */
    @Bean
    static ConfiguredBeansRegistrar durableStreamsConfiguredBeansRegistrar(Environment environment) {
        return new ConfiguredBeansRegistrar(environment);
    }

    @Bean
    static OwnClientsCheck durableStreamsOwnClientsCheck(ConfigurableListableBeanFactory beans) {
        return new OwnClientsCheck(beans);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ClientHttpConnectorBuilder.class)
    @ConditionalOnMissingBean(DurableStreamClient.class)
    static class ClientConfiguration {

        @Bean(OwnClientsCheck.AUTO_CONFIGURED)
        DurableStreamClient durableStreamClient(
                DurableStreamsProperties properties,
                DurableStreamsConnectionDetails details,
                DurableStreamsConnectors connectors,
                ObjectProvider<WebClient.Builder> webClient,
                ObjectProvider<JsonMapper> jsonMapper,
                ObjectProvider<ReadMetricsRecorder> readMetrics,
                ObjectProvider<ProducerMetricsRecorder> producerMetrics,
                ObjectProvider<EpochStore> epochStore,
                ObjectProvider<ProducerErrorHandler> errorHandler,
                ConfigurableListableBeanFactory beans,
                ObjectProvider<DurableStreamClientBuilderCustomizer> customizers) {
            DurableStreamClient.Builder builder = DurableStreamClient.builder()
                    .baseUrl(details.getUrl().toString())
                    .webClient(webClient(webClient, connectors.requests()))
                    .liveWebClient(liveWebClient(webClient, connectors.liveReads()))
                    .requestSettings(properties.request().toSettings())
                    .readerSettings(properties.reader().toSettings())
                    .producerSettings(properties.producer().toSettings());
            if (properties.reader().cache().enabled()) {
                cacheReads(builder, properties.reader().cache());
            }
            properties.headers().forEach((name, value) -> addHeader(builder, name, value));
            jsonMapper.ifAvailable(builder::jsonMapper);
            readMetrics.ifAvailable(builder::readMetrics);
            producerMetrics.ifAvailable(builder::producerMetrics);
            epochStore.ifAvailable(builder::epochStore);
            if (hasErrorHandler(beans)) {
                builder.producerErrorHandler(whenNeeded(errorHandler));
            }
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
            return builder.build();
        }

        private static boolean hasErrorHandler(ConfigurableListableBeanFactory beans) {
            List<String> handlers = RunTimeRegistrar.candidates(ProducerErrorHandler.class, beans);
            boolean decided = handlers.size() <= 1
                    || handlers.stream()
                                    .filter(beans::containsBeanDefinition)
                                    .filter(name ->
                                            beans.getBeanDefinition(name).isPrimary())
                                    .count()
                            == 1;
            if (!decided) {
                throw new SetupException(
                        "There are several ProducerErrorHandler beans, and none is primary: "
                                + String.join(", ", handlers) + ".",
                        "Mark one of them with @Primary, or declare those that are not for all producers with"
                                + " @Bean(defaultCandidate = false).");
            }
            return !handlers.isEmpty();
        }

        /** Gets the handler when the first message fails, because it may itself need the client. */
        private static ProducerErrorHandler whenNeeded(ObjectProvider<ProducerErrorHandler> handler) {
            Supplier<ProducerErrorHandler> got = SingletonSupplier.of(handler::getObject);
            return (cause, messages) -> got.get().onFailure(cause, messages);
        }

        /** Adds a header. The failure does not report an invalid value, because the value may be a secret. */
        private static void addHeader(DurableStreamClient.Builder builder, String name, String value) {
            RunTimeRegistrar.requireNotEmpty("durable-streams.headers." + name, value);
            try {
                builder.header(name, value);
            } catch (IllegalArgumentException refusal) {
                throw new SetupException(
                        "'durable-streams.headers." + name + "' cannot be sent with requests: " + refusal.getMessage(),
                        "Correct 'durable-streams.headers." + name + "', or remove it if the server does not need it.",
                        refusal);
            }
        }

        private static void cacheReads(DurableStreamClient.Builder builder, DurableStreamsProperties.Cache cache) {
            try {
                builder.readCache(cache.toSettings());
            } catch (IllegalStateException missing) {
                throw new SetupException(
                        "'durable-streams.reader.cache.enabled' is true, but Caffeine is not on the class path.",
                        "Add com.github.ben-manes.caffeine:caffeine to the class path, or set"
                                + " 'durable-streams.reader.cache.enabled' to false.",
                        missing);
            }
        }

        /**
         * Live reads last as long as their streams, and have meters of their own. In {@code http.client.requests} they
         * would count as requests of an arbitrary duration.
         */
        private static WebClient liveWebClient(
                ObjectProvider<WebClient.Builder> provider, ClientHttpConnector connector) {
            return webClient(provider, connector)
                    .mutate()
                    .observationRegistry(ObservationRegistry.NOOP)
                    .build();
        }

        private static WebClient webClient(ObjectProvider<WebClient.Builder> provider, ClientHttpConnector connector) {
            WebClient.Builder builder = provider.getIfAvailable();
            if (builder == null) {
                throw new SetupException(
                        "There is no WebClient.Builder for the Durable Streams client to send its requests with.",
                        "Add org.springframework.boot:spring-boot-starter-webclient to the class path, or depend on"
                                + " io.durablestreams:durable-streams-spring-boot-starter, which brings it along.");
            }
            return builder.clone().clientConnector(connector).build();
        }
    }
}
