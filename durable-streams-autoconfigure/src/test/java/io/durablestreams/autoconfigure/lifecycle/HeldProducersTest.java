package io.durablestreams.autoconfigure.lifecycle;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mockito.Mockito;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import reactor.core.publisher.Mono;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Producers that no bean name leads to: what they have accepted is in the stream when the application has ended. */
@Tag("sockets")
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class HeldProducersTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private final DurableStream stream =
            server.client().stream(UUID.randomUUID().toString());

    /** With a linger of a minute, what arrives within seconds has been flushed. */
    private final ApplicationContextRunner runner = Contexts.runner()
            .withPropertyValues(server.property(), "test.stream=" + stream.url(), "durable-streams.producer.linger=1m");

    HeldProducersTest() {
        stream.create(StreamSpec.json()).block(TIMEOUT);
    }

    private List<String> items() {
        return stream.reader(String.class).collect().block(TIMEOUT);
    }

    // Who may hold a producer.

    @Test
    void oneThatAServiceHoldsDelivers() {
        runner.run(context -> handle(context.getBean(DurableStreamClient.class))
                .producer("service")
                .append("held"));

        assertThat(items()).containsExactly("held");
    }

    @Test
    void thoseOfAMapWithAThousandTenantsDeliver() {
        int tenants = 1_000;
        Map<Integer, IdempotentProducer> producers = new ConcurrentHashMap<>();
        runner.run(context -> {
            DurableStream handle = handle(context.getBean(DurableStreamClient.class));
            IntStream.range(0, tenants)
                    .forEach(i -> producers
                            .computeIfAbsent(i, tenant -> handle.producer("tenant" + tenant))
                            .append("message" + i));
        });

        assertThat(items()).hasSize(tenants).doesNotHaveDuplicates();
    }

    @Test
    void prototypesAndProductsOfFactoriesDeliver() {
        runner.withUserConfiguration(ProducersOfManyKinds.class).run(context -> {
            context.getBean("prototype", IdempotentProducer.class).append("prototype 1");
            context.getBean("prototype", IdempotentProducer.class).append("prototype 2");
            context.getBean("product", IdempotentProducer.class).append("product");
        });

        assertThat(items()).containsExactlyInAnyOrder("prototype 1", "prototype 2", "product");
    }

    @Test
    void thoseOfOtherClientsAndOfVariantsDeliver() {
        runner.withUserConfiguration(ClientsOfManyKinds.class).run(context -> {
            DurableStreamClient own = context.getBean("own", DurableStreamClient.class);
            handle(own).producer("own").append("own");
            handle(own.mutate().header("X-Tenant", "acme").build())
                    .producer("variant")
                    .append("variant");
            handle(context.getBean("madeByFactory", DurableStreamClient.class))
                    .producer("product")
                    .append("product");
        });

        assertThat(items()).containsExactlyInAnyOrder("own", "variant", "product");
    }

    @Test
    void aBatchJobHasStoredEverythingWhenItEnds() {
        try (ConfigurableApplicationContext job = new SpringApplicationBuilder(BatchJob.class)
                .web(WebApplicationType.NONE)
                .properties(
                        Contexts.NO_QUIET_PERIOD,
                        server.property(),
                        "test.stream=" + stream.url(),
                        "durable-streams.producer.linger=200ms")
                .run()) {
            assertThat(job.isActive()).isTrue();
        }

        assertThat(stream.reader(Integer.class).collect().block(TIMEOUT))
                .isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void anApplicationThatFailsToStartDeliversWhatItHasAccepted() {
        runner.withUserConfiguration(AppendsWhenMade.class, FailsToStart.class)
                .run(context -> assertThat(context).hasFailed());

        assertThat(items()).containsExactly("early");
    }

    @Test
    void whatWasAppendedWhileTheApplicationWasStoppedIsToldWhenItIsClosed(CapturedOutput output) {
        runner.run(context -> {
            IdempotentProducer producer =
                    handle(context.getBean(DurableStreamClient.class)).producer("stopped");
            context.getSourceApplicationContext().stop();
            producer.append("never sent");
        });

        assertThat(output).contains("Producer 'stopped' is closed, and 1 of its messages");
    }

    // Stop and start.

    @Test
    void aStoppedApplicationHasDeliveredAndAStartedOneGoesOn() {
        runner.run(context -> {
            ConfigurableApplicationContext application = context.getSourceApplicationContext();
            IdempotentProducer producer =
                    handle(context.getBean(DurableStreamClient.class)).producer("held");

            producer.append("before");
            application.stop();
            assertThat(items()).containsExactly("before");

            producer.append("meanwhile");
            application.start();
            producer.append("after");
            handle(context.getBean(DurableStreamClient.class)).producer("new").append("new");
        });

        assertThat(items()).containsExactlyInAnyOrder("before", "meanwhile", "after", "new");
    }

    @Test
    void afterTheEndMessagesAndProducersAreRefused() {
        AtomicReference<IdempotentProducer> producer = new AtomicReference<>();
        AtomicReference<DurableStream> handle = new AtomicReference<>();
        runner.run(context -> {
            handle.set(handle(context.getBean(DurableStreamClient.class)));
            producer.set(handle.get().producer("held"));
        });

        assertThatThrownBy(() -> producer.get().append("late")).isInstanceOf(ProducerClosedException.class);
        assertThatThrownBy(() -> handle.get().producer("late")).isInstanceOf(ProducerClosedException.class);
    }

    @Test
    void aClientThatTheContextWasGivenLivesOn() {
        DurableStreamClient given = server.client().mutate().build();
        IdempotentProducer producer = given.stream(stream.url()).producer("given");
        Contexts.runner()
                .withInitializer(context -> context.getBeanFactory().registerSingleton("given", given))
                .run(context -> producer.append("first"));
        assertThat(items()).containsExactly("first");

        producer.send("second").block(TIMEOUT);
        given.stream(stream.url()).producer("other").send("third").block(TIMEOUT);

        assertThat(items()).containsExactly("first", "second", "third");
    }

    // None keeps the others from delivering.

    @Test
    void mocksAndThoseThatFailOrNeverEndKeepNoOtherFromDelivering(CapturedOutput output) {
        runner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=4s")
                .withBean("mock", IdempotentProducer.class, () -> Mockito.mock(IdempotentProducer.class))
                .withBean("mockedClient", DurableStreamClient.class, () -> Mockito.mock(DurableStreamClient.class))
                .withBean("nothing", IdempotentProducer.class, () -> new OtherProducer(() -> null))
                .withBean("never", IdempotentProducer.class, () -> new OtherProducer(Mono::never))
                .withBean(
                        "throwing",
                        IdempotentProducer.class,
                        () -> new OtherProducer(() -> {
                            throw new UnsupportedOperationException("not in this test");
                        }))
                .withUserConfiguration(ClientsOfManyKinds.class)
                .run(context -> {
                    DurableStreamClient client = context.getBean("own", DurableStreamClient.class);
                    client.stream(server.url() + "/absent")
                            .withContentType("application/json")
                            .producer("failing")
                            .append("lost");
                    IntStream.range(0, 20)
                            .forEach(i -> handle(client).producer("p" + i).append("message" + i));
                });

        assertThat(items()).hasSize(20);
        assertThat(output)
                .contains("Producer 'failing' is closed, and 1 of its messages")
                .contains("Producer 'other' of http://example.org/other has not delivered everything")
                .doesNotContain("NullPointerException")
                .doesNotContain("Shutdown phase " + LifecyclePhases.producers() + " ends with");
    }

    /** One that aggregates, for example, and has to write what it has gathered. */
    @Test
    void aProducerOfTheApplicationsOwnMayWriteWithOneOfTheClientWhenItIsClosed() {
        runner.withUserConfiguration(WritesAtTheEnd.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(items()).containsExactly("sum");
    }

    private DurableStream handle(DurableStreamClient client) {
        return client.stream(stream.url());
    }

    @Configuration(proxyBeanMethods = false)
    static class ProducersOfManyKinds {

        @Bean
        @Scope(BeanDefinition.SCOPE_PROTOTYPE)
        IdempotentProducer prototype(DurableStreamClient client, @Value("${test.stream}") String url) {
            return client.stream(url).producer(UUID.randomUUID().toString());
        }

        @Bean
        Factory<IdempotentProducer> product(DurableStreamClient client, @Value("${test.stream}") String url) {
            return new Factory<>(
                    IdempotentProducer.class, () -> client.stream(url).producer("product"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ClientsOfManyKinds {

        @Bean
        @Primary
        DurableStreamClient own() {
            return lingering();
        }

        @Bean
        Factory<DurableStreamClient> madeByFactory() {
            return new Factory<>(DurableStreamClient.class, ClientsOfManyKinds::lingering);
        }

        private static DurableStreamClient lingering() {
            return DurableStreamClient.builder()
                    .baseUrl(server.url())
                    .producerSettings(ProducerSettings.DEFAULT.withLinger(Duration.ofMinutes(1)))
                    .build();
        }
    }

    record Factory<T>(Class<T> type, Supplier<T> make) implements FactoryBean<T> {

        @Override
        public T getObject() {
            return make.get();
        }

        @Override
        public Class<?> getObjectType() {
            return type;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class BatchJob {

        @Bean
        CommandLineRunner job(DurableStreamClient client, @Value("${test.stream}") String url) {
            return arguments -> {
                IdempotentProducer producer = client.stream(url).producer("job");
                IntStream.range(0, 1_000).forEach(producer::append);
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AppendsWhenMade {

        @Bean
        Object early(DurableStreamClient client, @Value("${test.stream}") String url) {
            client.stream(url).producer("early").append("early");
            return new Object();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FailsToStart {

        @Bean
        SmartInitializingSingleton broken() {
            return () -> {
                throw new IllegalStateException("broken");
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WritesAtTheEnd {

        @Bean
        IdempotentProducer aggregating(DurableStreamClient client, @Value("${test.stream}") String url) {
            IdempotentProducer producer = client.stream(url).producer("aggregating");
            return new OtherProducer(() -> {
                producer.append("sum");
                return Mono.empty();
            });
        }
    }

    /** A producer that is not of the library. */
    private record OtherProducer(Supplier<Mono<Void>> end) implements IdempotentProducer {

        @Override
        public Mono<Void> flush() {
            return end.get();
        }

        @Override
        public Mono<Void> close() {
            return end.get();
        }

        @Override
        public URI url() {
            return URI.create("http://example.org/other");
        }

        @Override
        public String producerId() {
            return "other";
        }

        @Override
        public void append(Object message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Mono<AppendReceipt> send(Object message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Mono<Void> restart() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Mono<Offset> closeStream(@Nullable Object finalMessage) {
            throw new UnsupportedOperationException();
        }
    }
}
