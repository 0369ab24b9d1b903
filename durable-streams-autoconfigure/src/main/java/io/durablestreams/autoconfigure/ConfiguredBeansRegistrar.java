package io.durablestreams.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

import io.durablestreams.autoconfigure.setup.ConfiguredSettings;
import io.durablestreams.autoconfigure.setup.RunTimeRegistrar;
import io.durablestreams.autoconfigure.setup.SetupException;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerErrorHandler;

/**
 * Registers the beans that depend on the configuration: the connection details, the epoch store if
 * {@code durable-streams.producer.epoch-store.file} is set, and the producer if {@code durable-streams.producer.stream} is
 * set. Each gives way to a bean of its type.
 */
final class ConfiguredBeansRegistrar extends RunTimeRegistrar {

    private static final Logger logger = LoggerFactory.getLogger(ConfiguredBeansRegistrar.class);

    ConfiguredBeansRegistrar(Environment environment) {
        super(environment);
    }

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    protected void register(ConfigurableListableBeanFactory beans) {
        if (isMissing(DurableStreamsConnectionDetails.class, beans)) {
            register(
                    beans,
                    "durableStreamsConnectionDetails",
                    PropertiesDurableStreamsConnectionDetails.class,
                    () -> new PropertiesDurableStreamsConnectionDetails(
                            properties(beans),
                            beans.getBeanProvider(SslBundles.class).getIfAvailable()));
        }
        if (isSet("durable-streams.producer.epoch-store.file") && isMissing(EpochStore.class, beans)) {
            register(beans, "durableStreamsEpochStore", EpochStore.class, () -> epochStore(properties(beans)));
        }
        if (isSet("durable-streams.producer.stream")) {
            List<String> own = candidates(IdempotentProducer.class, beans);
            if (own.isEmpty()) {
                register(beans, "durableStreamsProducer", IdempotentProducer.class, () -> producer(beans));
            } else {
                reportReplaced(own);
            }
        }
    }

    private void reportReplaced(List<String> own) {
        logger.warn(
                "The producer bean {} takes the place of the one that 'durable-streams.producer.stream' configures for"
                        + " stream '{}'. To have both, declare it with @Bean(defaultCandidate = false) and inject it with a"
                        + " @Qualifier. To have only yours, remove 'durable-streams.producer.stream'",
                own.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", ")),
                environment().getProperty("durable-streams.producer.stream"));
    }

    private static DurableStreamsProperties properties(ConfigurableListableBeanFactory beans) {
        return beans.getBean(DurableStreamsProperties.class);
    }

    private static EpochStore epochStore(DurableStreamsProperties properties) {
        return EpochStore.file(
                Objects.requireNonNull(properties.producer().epochStore().file()));
    }

    private IdempotentProducer producer(ConfigurableListableBeanFactory beans) {
        // By the rules of injection, which leave out clients that are no default candidates.
        DurableStreamClient client =
                beans.getBeanProvider(DurableStreamClient.class).getObject();
        DurableStreamsProperties.Producer configured = properties(beans).producer();
        String stream = Objects.requireNonNull(configured.stream());
        String id = producerId(
                configured.id(), beans.getBeanProvider(EpochStore.class).getIfAvailable());
        ProducerErrorHandler errorHandler =
                beans.getBeanProvider(ProducerErrorHandler.class).getIfAvailable();
        DurableStream handle =
                ConfiguredSettings.useUrl("durable-streams.producer.stream", stream, () -> client.stream(stream));
        return ConfiguredSettings.use("durable-streams.producer.id", id, () -> handle.producer(id, null, errorHandler));
    }

    /**
     * Returns the configured id, or generates one. A generated id is new at every start and has no earlier epochs, so an
     * epoch store is refused.
     */
    private String producerId(@Nullable String configured, @Nullable EpochStore epochStore) {
        String id = requireNotEmpty("durable-streams.producer.id", configured);
        if (id != null) {
            return id;
        }
        if (epochStore != null) {
            throw new SetupException(
                    "There is an EpochStore for the producer bean, whose identity is generated at every start and"
                            + " has no earlier epochs.",
                    "Set durable-streams.producer.id, or leave durable-streams.producer.epoch-store.file and EpochStore"
                            + " beans out.");
        }
        return environment().getProperty("spring.application.name", "application") + "-" + UUID.randomUUID();
    }
}
