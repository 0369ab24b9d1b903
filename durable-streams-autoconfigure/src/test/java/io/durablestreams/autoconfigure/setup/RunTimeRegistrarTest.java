package io.durablestreams.autoconfigure.setup;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;

import static org.assertj.core.api.Assertions.assertThat;

/** When beans that depend on properties are there, and when they give way to others. */
class RunTimeRegistrarTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private final ApplicationContextRunner runner =
            Contexts.runner().withPropertyValues(server.property(), "durable-streams.producer.stream=orders");

    @Test
    void variablesOfTheSystemCountAsProperties() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of(
                                        "DURABLE_STREAMS_URL",
                                        server.url(),
                                        "DURABLE_STREAMS_PRODUCER_STREAM",
                                        "orders")));
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(App.class)
                .environment(environment)
                .web(WebApplicationType.NONE)
                .properties(Contexts.NO_QUIET_PERIOD)
                .run()) {
            assertThat(context.containsBean("durableStreamsEmbeddedServer")).isFalse();
            assertThat(context.getBean(IdempotentProducer.class).url()).hasToString(server.url() + "/orders");
        }
    }

    @Test
    void falseTurnsAPropertyOffThatAnotherSourceHasSet() {
        Contexts.runner()
                .withPropertyValues(
                        "durable-streams.url=false",
                        "durable-streams.producer.stream=false",
                        "durable-streams.producer.epoch-store.file=false")
                .run(context -> assertThat(context)
                        .hasBean("durableStreamsEmbeddedServer")
                        .doesNotHaveBean(IdempotentProducer.class)
                        .doesNotHaveBean(EpochStore.class));
    }

    @Test
    void aProducerThatIsNotInjectedByDefaultLeavesOursItsPlace() {
        runner.withUserConfiguration(SpecialProducer.class)
                .run(context -> assertThat(context).hasBean("special").hasBean("durableStreamsProducer"));
    }

    @Test
    void aProductOfAFactoryTakesThePlaceOfOurs() {
        runner.withUserConfiguration(ProducerFactory.class)
                .run(context -> assertThat(
                                context.getBean(IdempotentProducer.class).producerId())
                        .isEqualTo("product"));
    }

    @Test
    void aProducerOfAParentTakesThePlaceOfOurs() {
        runner.run(parent -> runner.withParent(parent)
                .run(child -> assertThat(child.getBeanFactory().getBeanNamesForType(IdempotentProducer.class))
                        .isEmpty()));
    }

    /** As if it had been injected: or the client would be gone when the producer is destroyed. */
    @Test
    void theProducerDependsOnTheClient() {
        runner.run(context -> {
            context.getBean(IdempotentProducer.class);

            assertThat(context.getBeanFactory().getDependentBeans("durableStreamClient"))
                    .contains("durableStreamsProducer");
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}

    @Configuration(proxyBeanMethods = false)
    static class SpecialProducer {

        @Bean(defaultCandidate = false)
        IdempotentProducer special(DurableStreamClient client) {
            return client.stream("special").producer("special");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ProducerFactory {

        @Bean
        FactoryBean<IdempotentProducer> product(DurableStreamClient client) {
            return new FactoryBean<>() {
                @Override
                public IdempotentProducer getObject() {
                    return client.stream("product").producer("product");
                }

                @Override
                public Class<?> getObjectType() {
                    return IdempotentProducer.class;
                }
            };
        }
    }
}
