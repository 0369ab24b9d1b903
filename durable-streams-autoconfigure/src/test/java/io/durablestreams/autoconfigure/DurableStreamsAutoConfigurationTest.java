package io.durablestreams.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.client.ClientRequest;
import tools.jackson.databind.PropertyNamingStrategies;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.autoconfigure.fixture.RecordingErrorHandler;
import io.durablestreams.autoconfigure.setup.SetupException;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

class DurableStreamsAutoConfigurationTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private final ApplicationContextRunner runner = Contexts.runner();

    record Purchase(int orderNumber) {}

    @Test
    void theClientWritesToAndReadsFromTheConfiguredServer() {
        runner.withPropertyValues(server.property()).run(context -> {
            DurableStream orders = context.getBean(DurableStreamClient.class).stream("orders");
            orders.create(StreamSpec.json()).block(TIMEOUT);
            orders.append(new Purchase(1)).block(TIMEOUT);

            assertThat(orders.url()).hasToString(server.url() + "/orders");
            assertThat(server.client().stream("orders")
                            .reader(Purchase.class)
                            .collect()
                            .block(TIMEOUT))
                    .containsExactly(new Purchase(1));
        });
    }

    @Test
    void jsonIsThatOfTheApplication() {
        runner.withPropertyValues(server.property())
                .withBean(
                        JsonMapperBuilderCustomizer.class,
                        () -> builder -> builder.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE))
                .run(context -> {
                    DurableStream orders = newStream(context, "snakes");
                    orders.append(new Purchase(1)).block(TIMEOUT);

                    assertThat(orders.reader(Purchase.class).text().block(TIMEOUT))
                            .isEqualTo("[{\"order_number\":1}]");
                    assertThat(orders.reader(Purchase.class).collect().block(TIMEOUT))
                            .containsExactly(new Purchase(1));
                });
    }

    @Test
    void everyRequestPassesTheFiltersOfTheApplicationAndHasTheConfiguredHeaders() {
        List<ClientRequest> requests = new CopyOnWriteArrayList<>();
        runner.withPropertyValues(server.property(), "durable-streams.headers.X-Tenant=acme")
                .withBean(WebClientCustomizer.class, () -> recordingInto(requests))
                .run(context -> {
                    DurableStream orders = newStream(context, "filtered");
                    orders.append(new Purchase(1)).block(TIMEOUT);
                    orders.closeStream().block(TIMEOUT);
                    orders.reader(Purchase.class)
                            .live(LiveMode.LONG_POLL)
                            .batches()
                            .blockLast(TIMEOUT);
                });

        assertThat(requests)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(request ->
                        assertThat(request.headers().getFirst("X-Tenant")).isEqualTo("acme"));
    }

    @Test
    void withACacheTheSecondReaderAsksForTheTailAnew() {
        List<ClientRequest> requests = new CopyOnWriteArrayList<>();
        runner.withPropertyValues(server.property(), "durable-streams.reader.cache.enabled=true")
                .withBean(WebClientCustomizer.class, () -> recordingInto(requests))
                .run(context -> {
                    DurableStream orders = newStream(context, "cached");
                    String tail = orders.append(new Purchase(1))
                            .block(TIMEOUT)
                            .nextOffset()
                            .value();
                    requests.clear();

                    for (int i = 0; i < 2; i++) {
                        assertThat(orders.reader(Purchase.class).collect().block(TIMEOUT))
                                .containsExactly(new Purchase(1));
                    }

                    assertThat(requests)
                            .extracting(request -> request.url().getQuery())
                            .containsExactly("offset=-1", "offset=-1", "offset=" + tail);
                });
    }

    @Test
    void customizersHaveTheLastWordInTheirOrder() {
        runner.withPropertyValues(server.property())
                .withUserConfiguration(Customizers.class)
                .run(context -> assertThat(urlOf(context, "orders")).isEqualTo("http://example.org/last/orders"));
    }

    @Test
    void connectionDetailsOverruleTheConfiguration() {
        runner.withPropertyValues("durable-streams.url=http://localhost:1/nowhere")
                .withBean(DurableStreamsConnectionDetails.class, () -> () -> URI.create("http://example.org/streams"))
                .run(context -> {
                    assertThat(context).hasSingleBean(DurableStreamsConnectionDetails.class);
                    assertThat(urlOf(context, "orders")).isEqualTo("http://example.org/streams/orders");
                });
    }

    @Test
    void aClientOfTheApplicationTakesThePlaceOfOurs() {
        DurableStreamClient own = DurableStreamClient.create("http://example.org/own");
        runner.withBean(DurableStreamClient.class, () -> own)
                .withPropertyValues("durable-streams.server.enabled=false", "durable-streams.producer.stream=orders")
                .run(context -> {
                    assertThat(context.getBean(DurableStreamClient.class)).isSameAs(own);
                    assertThat(context).doesNotHaveBean(DurableStreamsConnectors.class);
                    assertThat(context.getBean(IdempotentProducer.class).url())
                            .hasToString("http://example.org/own/orders");
                });
    }

    @Test
    void withoutAStreamThereIsNoProducer() {
        runner.withPropertyValues(server.property())
                .run(context -> assertThat(context).doesNotHaveBean(IdempotentProducer.class));
    }

    @Test
    void theProducerHasAnIdentityOfItsOwnAtEveryStart() {
        ApplicationContextRunner shop = runner.withPropertyValues(
                server.property(), "durable-streams.producer.stream=orders", "spring.application.name=shop");

        shop.run(first -> shop.run(second -> {
            String firstId = first.getBean(IdempotentProducer.class).producerId();
            String secondId = second.getBean(IdempotentProducer.class).producerId();

            assertThat(List.of(firstId, secondId)).allMatch(id -> id.matches("shop-[0-9a-f-]{36}"));
            assertThat(firstId).isNotEqualTo(secondId);
        }));
    }

    @Test
    void theProducerHasTheConfiguredIdentity() {
        runner.withPropertyValues(
                        server.property(),
                        "durable-streams.producer.stream=" + server.url() + "/elsewhere",
                        "durable-streams.producer.id=shop-1")
                .run(context -> {
                    IdempotentProducer producer = context.getBean(IdempotentProducer.class);
                    assertThat(producer.producerId()).isEqualTo("shop-1");
                    assertThat(producer.url()).hasToString(server.url() + "/elsewhere");
                });
    }

    @Test
    void theProducerWritesAsConfigured() {
        runner.withPropertyValues(
                        server.property(), "durable-streams.producer.stream=epochs", "durable-streams.producer.epoch=7")
                .run(context -> {
                    newStream(context, "epochs");

                    assertThat(context.getBean(IdempotentProducer.class)
                                    .send(new Purchase(1))
                                    .block(TIMEOUT)
                                    .sequence()
                                    .epoch())
                            .isEqualTo(7);
                });
    }

    @Test
    void anApplicationThatComesBackStartsAboveItsLastEpoch(@TempDir Path directory) {
        ApplicationContextRunner shop = runner.withPropertyValues(
                server.property(),
                "durable-streams.producer.stream=restarts",
                "durable-streams.producer.id=shop",
                "durable-streams.producer.epoch-store.file=" + directory.resolve("epochs"));
        shop.run(context -> newStream(context, "restarts"));

        for (int life = 0; life < 3; life++) {
            int epoch = life;
            shop.run(context -> assertThat(context.getBean(IdempotentProducer.class)
                            .send(new Purchase(epoch))
                            .block(TIMEOUT)
                            .sequence())
                    .isEqualTo(new ProducerSequence("shop", epoch, 0)));
        }
    }

    @Test
    void anEpochStoreOfTheApplicationTakesThePlaceOfTheFile(@TempDir Path directory) {
        EpochStore store = EpochStore.inMemory();
        runner.withPropertyValues(
                        server.property(),
                        "durable-streams.producer.stream=kept",
                        "durable-streams.producer.id=shop",
                        "durable-streams.producer.epoch-store.file=" + directory.resolve("epochs"))
                .withBean(EpochStore.class, () -> store)
                .run(context -> {
                    DurableStream kept = newStream(context, "kept");
                    store.record(kept.url(), "shop", 5).block(TIMEOUT);

                    assertThat(context.getBean(IdempotentProducer.class)
                                    .send(new Purchase(1))
                                    .block(TIMEOUT)
                                    .sequence()
                                    .epoch())
                            .isEqualTo(6);
                    assertThat(directory).isEmptyDirectory();
                });
    }

    @Test
    void aRecorderOfTheApplicationHearsWhatItsProducersDo() {
        List<Integer> batches = new CopyOnWriteArrayList<>();
        ProducerMetricsRecorder recorder = new ProducerMetricsRecorder() {
            @Override
            public void batchStarted(URI url, int messages, int bytes, double fill) {
                batches.add(messages);
            }
        };
        runner.withPropertyValues(server.property(), "durable-streams.producer.stream=heard")
                .withBean(ProducerMetricsRecorder.class, () -> recorder)
                .run(context -> {
                    newStream(context, "heard");
                    context.getBean(IdempotentProducer.class)
                            .send(new Purchase(1))
                            .block(TIMEOUT);

                    assertThat(batches).containsExactly(1);
                });
    }

    @Test
    void anEpochStoreNeedsAnIdentityThatStays() {
        runner.withPropertyValues(server.property(), "durable-streams.producer.stream=orders")
                .withBean(EpochStore.class, EpochStore::inMemory)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(SetupException.class)
                        .hasMessageContaining("is generated at every start"));
    }

    @Test
    void aProducerOfTheApplicationTakesThePlaceOfOurs() {
        runner.withPropertyValues(server.property(), "durable-streams.producer.stream=orders")
                .withUserConfiguration(OwnProducer.class)
                .run(context -> assertThat(
                                context.getBean(IdempotentProducer.class).producerId())
                        .isEqualTo("own"));
    }

    @Test
    void failedMessagesReachTheErrorHandlerOfTheApplication() {
        RecordingErrorHandler errors = new RecordingErrorHandler();
        runner.withPropertyValues(server.property(), "durable-streams.producer.stream=absent")
                .withBean(RecordingErrorHandler.class, () -> errors)
                .run(context -> {
                    context.getBean(IdempotentProducer.class).append(new Purchase(1));
                    assertThat(errors.next()).contains("/absent", "there is no such stream");
                });
    }

    private static WebClientCustomizer recordingInto(List<ClientRequest> requests) {
        return builder -> builder.filter((request, next) -> {
            requests.add(request);
            return next.exchange(request);
        });
    }

    private static DurableStream newStream(AssertableApplicationContext context, String path) {
        DurableStream stream = context.getBean(DurableStreamClient.class).stream(path);
        stream.create(StreamSpec.json()).block(TIMEOUT);
        return stream;
    }

    private static String urlOf(AssertableApplicationContext context, String path) {
        return context.getBean(DurableStreamClient.class).stream(path).url().toString();
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnProducer {

        @Bean
        IdempotentProducer producer(DurableStreamClient client) {
            return client.stream("orders").producer("own");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Order(2)
        DurableStreamClientBuilderCustomizer last() {
            return builder -> builder.baseUrl("http://example.org/last");
        }

        @Bean
        @Order(1)
        DurableStreamClientBuilderCustomizer first() {
            return builder -> builder.baseUrl("http://example.org/first");
        }
    }
}
