package io.durablestreams.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.autoconfigure.fixture.RecordingErrorHandler;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerErrorHandler;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/** Beans of the application beside the beans of the auto-configuration. */
@Tag("sockets")
@ExtendWith(OutputCaptureExtension.class)
class OwnBeansTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private final ApplicationContextRunner runner = Contexts.runner().withPropertyValues(server.property());

    // Clients.

    @Test
    void aClientBeanEndsWithTheContext() {
        AtomicReference<DurableStreamClient> client = new AtomicReference<>();
        runner.withBean(DurableStreamClient.class, () -> DurableStreamClient.create(server.url()))
                .run(context -> client.set(context.getBean(DurableStreamClient.class)));

        assertThat(client.get().isDisposed()).isTrue();
    }

    @Test
    void aClientThatWasRegisteredAsAnInstanceStays() {
        DurableStreamClient client = DurableStreamClient.create(server.url());
        runner.withInitializer(context -> context.getBeanFactory().registerSingleton("client", client))
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(client.isDisposed()).isFalse();
        client.dispose();
    }

    @Configuration(proxyBeanMethods = false)
    static class SecondClient {

        @Bean(defaultCandidate = false)
        @Qualifier("other")
        DurableStreamClient otherClient() {
            return DurableStreamClient.create("http://example.org/other");
        }

        @Bean(defaultCandidate = false)
        @Qualifier("other")
        IdempotentProducer otherProducer(@Qualifier("other") DurableStreamClient client) {
            return client.stream("orders").producer("other");
        }
    }

    @Test
    void twoClientsAndTheirProducersLiveSideBySide(CapturedOutput output) {
        runner.withPropertyValues("durable-streams.producer.stream=orders", "durable-streams.producer.id=configured")
                .withUserConfiguration(SecondClient.class)
                .run(context -> {
                    assertThat(context.getBeanProvider(DurableStreamClient.class).getObject().stream("a")
                                    .url())
                            .hasToString(server.url() + "/a");
                    IdempotentProducer configured =
                            context.getBeanProvider(IdempotentProducer.class).getObject();
                    assertThat(configured.producerId()).isEqualTo("configured");
                    assertThat(configured.url()).hasToString(server.url() + "/orders");
                    assertThat(context.getBean("otherProducer", IdempotentProducer.class)
                                    .url())
                            .hasToString("http://example.org/other/orders");
                });
        assertThat(output).doesNotContain("takes the place");
    }

    // Producers.

    @Configuration(proxyBeanMethods = false)
    static class OwnProducer {

        @Bean
        IdempotentProducer invoices(DurableStreamClient client) {
            return client.stream("invoices").producer("own");
        }
    }

    @Test
    void aProducerThatTakesThePlaceOfTheConfiguredOneIsNamedWithTheWayToHaveBoth(CapturedOutput output) {
        runner.withPropertyValues("durable-streams.producer.stream=orders")
                .withUserConfiguration(OwnProducer.class)
                .run(context -> assertThat(
                                context.getBean(IdempotentProducer.class).producerId())
                        .isEqualTo("own"));

        assertThat(output.getOut().lines().filter(line -> line.contains("takes the place")))
                .singleElement()
                .asString()
                .contains("WARN", "'invoices'", "'orders'", "defaultCandidate = false", "@Qualifier");
    }

    @Configuration(proxyBeanMethods = false)
    static class HandlerWithClient {

        static final RecordingErrorHandler errors = new RecordingErrorHandler();

        @Bean
        ProducerErrorHandler deadLetters(DurableStreamClient client) {
            return (cause, messages) -> errors.onFailure(cause, messages);
        }
    }

    @Test
    void theErrorHandlerBeanServesAllProducersOfTheClientEvenIfItNeedsTheClient() {
        runner.withUserConfiguration(HandlerWithClient.class).run(context -> {
            DurableStreamClient client = context.getBean(DurableStreamClient.class);

            client.stream("absent-one").producer("p").append(1);
            assertThat(HandlerWithClient.errors.next()).contains("/absent-one");
            client.mutate().build().stream("absent-two").producer("p").append(1);
            assertThat(HandlerWithClient.errors.next()).contains("/absent-two");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class ClientWithoutHandler {

        @Bean
        DurableStreamClient ownClient() {
            return DurableStreamClient.create(server.url());
        }

        @Bean(defaultCandidate = false)
        @Qualifier("other")
        DurableStreamClient otherClient() {
            return DurableStreamClient.create(server.url());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ClientWithHandler {

        @Bean
        DurableStreamClient ownClient(ProducerErrorHandler handler) {
            return DurableStreamClient.builder()
                    .baseUrl(server.url())
                    .producerErrorHandler(handler)
                    .build();
        }
    }

    @Test
    void aClientThatTheErrorHandlerBeanDoesNotServeIsNamed(CapturedOutput output) {
        ApplicationContextRunner own = runner.withUserConfiguration(ClientWithoutHandler.class);
        own.run(context -> assertThat(context).hasNotFailed());
        assertThat(output).doesNotContain("does not receive the failed messages");

        own.withBean("deadLetters", ProducerErrorHandler.class, () -> (cause, messages) -> {})
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(output.getOut().lines().filter(line -> line.contains("does not receive the failed messages")))
                .hasSize(2)
                .allMatch(line -> line.contains("WARN") && line.contains("'deadLetters'"))
                .anyMatch(line -> line.contains("'ownClient'"))
                .anyMatch(line -> line.contains("'otherClient'"));
    }

    @Test
    void aClientThatIsBuiltWithTheErrorHandlerBeanIsNot(CapturedOutput output) {
        RecordingErrorHandler errors = new RecordingErrorHandler();
        runner.withUserConfiguration(ClientWithHandler.class)
                .withBean(ProducerErrorHandler.class, () -> errors)
                .run(context -> {
                    context.getBean(DurableStreamClient.class).stream("absent-three")
                            .producer("p")
                            .append(1);
                    assertThat(errors.next()).contains("/absent-three");
                });

        assertThat(output).doesNotContain("does not receive the failed messages");
    }

    // Connectors.

    private static ClientHttpConnector counting(AtomicInteger requests) {
        ClientHttpConnector connector = new JdkClientHttpConnector();
        return (method, url, callback) -> {
            requests.incrementAndGet();
            return connector.connect(method, url, callback);
        };
    }

    private static void useStream(DurableStreamClient client, String path) {
        client.stream(path).create(StreamSpec.json()).block(TIMEOUT);
        client.stream(path).append(1).block(TIMEOUT);
        assertThat(client.stream(path).reader(Integer.class).collect().block(TIMEOUT))
                .containsExactly(1);
    }

    @Test
    void theClientUsesTheConnectorBeanOfTheApplication(CapturedOutput output) {
        AtomicInteger requests = new AtomicInteger();
        runner.withBean(ClientHttpConnector.class, () -> counting(requests))
                .run(context -> useStream(context.getBean(DurableStreamClient.class), "bean"));

        assertThat(requests).hasValueGreaterThanOrEqualTo(3);
        assertThat(output).contains("uses the connector of the ClientHttpConnector bean");
    }

    @Test
    void theClientUsesTheConnectorThatACustomizerSets(CapturedOutput output) {
        AtomicInteger requests = new AtomicInteger();
        runner.withBean(
                        WebClientCustomizer.class,
                        () -> builder ->
                                builder.defaultHeader("x", "y").apply(to -> to.clientConnector(counting(requests))))
                .run(context -> useStream(context.getBean(DurableStreamClient.class), "customized"));

        assertThat(requests).hasValueGreaterThanOrEqualTo(3);
        assertThat(output).contains("uses the connector of the WebClientCustomizer");
    }

    @Test
    void withoutAConnectorOfTheApplicationNothingIsSaid(CapturedOutput output) {
        runner.run(context -> useStream(context.getBean(DurableStreamClient.class), "plain"));

        assertThat(output).doesNotContain("uses the connector");
    }

    // Observations.

    @Test
    void liveReadsStayOutOfTheObservationsOfRequests() {
        List<String> observed = new CopyOnWriteArrayList<>();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStart(Observation.Context context) {
                observed.add(context.getName());
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        runner.withBean(WebClientCustomizer.class, () -> builder -> builder.observationRegistry(registry))
                .run(context -> {
                    DurableStreamClient client = context.getBean(DurableStreamClient.class);
                    useStream(client, "observed");
                    assertThat(observed).hasSizeGreaterThanOrEqualTo(3).containsOnly("http.client.requests");
                    int requests = observed.size();

                    client.stream("observed")
                            .reader(Integer.class)
                            .live(LiveMode.LONG_POLL)
                            .batches()
                            .take(1)
                            .blockLast(TIMEOUT);
                    int catchUp = observed.size() - requests;
                    client.stream("observed").closeStream().block(TIMEOUT);
                    int before = observed.size();
                    client.stream("observed")
                            .reader(Integer.class)
                            .from(Offset.NOW)
                            .live(LiveMode.LONG_POLL)
                            .batches()
                            .blockLast(TIMEOUT);

                    assertThat(catchUp).isEqualTo(1);
                    assertThat(observed.size() - before).isEqualTo(1);
                });
    }

    // Configuration.

    @Test
    void aHeaderWithHyphensMayTakeItsValueFromAnEnvironmentVariable() {
        List<String> sent = new CopyOnWriteArrayList<>();
        runner.withSystemProperties("STREAMS_API_KEY=secret")
                .withPropertyValues("durable-streams.headers.X-Api-Key=${STREAMS_API_KEY}")
                .withBean(
                        WebClientCustomizer.class,
                        () -> builder -> builder.filter((request, next) -> {
                            sent.addAll(request.headers().getValuesAsList("X-Api-Key"));
                            return next.exchange(request);
                        }))
                .run(context -> useStream(context.getBean(DurableStreamClient.class), "headers"));

        assertThat(sent).hasSizeGreaterThanOrEqualTo(3).containsOnly("secret");
    }

    @Test
    void aHeaderWithoutHyphensMayBeAnEnvironmentVariable() {
        MutablePropertySources sources = new StandardEnvironment().getPropertySources();
        sources.replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        Map.of("DURABLESTREAMS_HEADERS_AUTHORIZATION", "token")));

        Map<String, String> headers = new Binder(ConfigurationPropertySources.from(sources))
                .bind("durable-streams.headers", Bindable.mapOf(String.class, String.class))
                .get();

        assertThat(headers).containsExactly(Map.entry("authorization", "token"));
    }

    @Test
    void anErrorHandlerBeanThatIsNoDefaultCandidateIsLeftAlone() {
        runner.withBean(
                        "own",
                        ProducerErrorHandler.class,
                        () -> (cause, messages) -> {},
                        definition -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void severalErrorHandlerBeansOfWhichNoneIsPrimaryAreRefusedAtTheStart() {
        ApplicationContextRunner two =
                runner.withBean("one", ProducerErrorHandler.class, () -> (cause, messages) -> {});

        two.withBean("two", ProducerErrorHandler.class, () -> (cause, messages) -> {})
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("several ProducerErrorHandler beans, and none is primary: one, two"));
        two.withBean(
                        "two",
                        ProducerErrorHandler.class,
                        () -> (cause, messages) -> {},
                        definition -> definition.setPrimary(true))
                .run(context -> assertThat(context).hasNotFailed());
    }
}
