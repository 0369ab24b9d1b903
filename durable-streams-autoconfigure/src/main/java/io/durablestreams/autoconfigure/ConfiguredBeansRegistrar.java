package io.durablestreams.autoconfigure;

import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
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
        if (isSet("durable-streams.producer.stream") && isMissing(IdempotentProducer.class, beans)) {
            register(beans, "durableStreamsProducer", IdempotentProducer.class, () -> producer(beans));
        }
    }

    private static DurableStreamsProperties properties(ConfigurableListableBeanFactory beans) {
        return beans.getBean(DurableStreamsProperties.class);
    }

    private static EpochStore epochStore(DurableStreamsProperties properties) {
        return EpochStore.file(
                Objects.requireNonNull(properties.producer().epochStore().file()));
    }

    private IdempotentProducer producer(ConfigurableListableBeanFactory beans) {
        DurableStreamClient client = beans.getBean(DurableStreamClient.class);
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
        if (configured != null) {
            return configured;
        }
        if (epochStore != null) {
            throw new SetupException(
                    "There is an EpochStore for the producer bean, whose identity is made up anew at every start and"
                            + " has no earlier epochs.",
                    "Set durable-streams.producer.id, or leave durable-streams.producer.epoch-store.file and EpochStore"
                            + " beans out.");
        }
        return environment().getProperty("spring.application.name", "application") + "-" + UUID.randomUUID();
    }
}
