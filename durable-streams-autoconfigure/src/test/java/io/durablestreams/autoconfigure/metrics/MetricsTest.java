package io.durablestreams.autoconfigure.metrics;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.test.StepVerifier;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/** Meters in an application that has a registry. */
class MetricsTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private final ApplicationContextRunner runner = Contexts.runner().withConfiguration(Contexts.METRICS);

    @Test
    void readsAreCountedInTheRegistryOfTheApplication() {
        runner.withPropertyValues(server.property()).run(context -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            DurableStream stream = readTwoItems(context);

            assertThat(meters.get("durable.streams.reader.items").counter().count())
                    .isEqualTo(2);
            assertThat(meters.get("durable.streams.reader.bytes").counter().count())
                    .isPositive();
            List<Double> liveReads = new CopyOnWriteArrayList<>();
            stream.reader(Integer.class)
                    .live(LiveMode.SSE)
                    .batches()
                    .doOnNext(batch -> {
                        liveReads.add(meters.get("durable.streams.reader.live")
                                .gauge()
                                .value());
                        if (!batch.streamClosed()) {
                            stream.closeStream().subscribe(offset -> {}, failure -> {});
                        }
                    })
                    .blockLast(TIMEOUT);
            assertThat(liveReads).startsWith(0.0).endsWith(1.0);
        });
    }

    @Test
    void aRegistryThatIsAPlainBeanDoesAsWell() {
        runner.withPropertyValues(server.property())
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> assertThat(context.getBean(MeterRegistry.class)
                                .find("durable.streams.reader.items")
                                .counter())
                        .isNotNull());
    }

    @Test
    void aRecorderOfTheApplicationTakesThePlaceOfOurs() {
        CountingRecorder own = new CountingRecorder();
        runner.withPropertyValues(server.property())
                .withBean(ReadMetricsRecorder.class, () -> own)
                .run(context -> {
                    readTwoItems(context);

                    assertThat(own.items).isEqualTo(2);
                    assertThat(context.getBean(MeterRegistry.class)
                                    .find("durable.streams.reader.items")
                                    .counter())
                            .isNull();
                });
    }

    @Test
    void aRecorderOfTheApplicationForProducersTakesThePlaceOfOursForThem() {
        runner.withPropertyValues(server.property())
                .withBean(ProducerMetricsRecorder.class, () -> ProducerMetricsRecorder.NONE)
                .run(context -> assertThat(names(context))
                        .anyMatch(name -> name.startsWith("durable.streams.reader."))
                        .noneMatch(name -> name.startsWith("durable.streams.producer.")));
    }

    @Test
    void ofSeveralRecordersOneMustBePrimary() {
        CountingRecorder reads = new CountingRecorder();

        runner.withPropertyValues(server.property())
                .withBean("one", ProducerMetricsRecorder.class, () -> ProducerMetricsRecorder.NONE)
                .withBean("other", ProducerMetricsRecorder.class, () -> ProducerMetricsRecorder.NONE)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(NoUniqueBeanDefinitionException.class)
                        .hasMessageContainingAll("one", "other"));
        runner.withPropertyValues(server.property())
                .withBean("one", ReadMetricsRecorder.class, () -> ReadMetricsRecorder.NONE)
                .withBean("other", ReadMetricsRecorder.class, () -> reads, definition -> definition.setPrimary(true))
                .run(context -> {
                    readTwoItems(context);
                    assertThat(reads.items).isEqualTo(2);
                });
    }

    @Test
    void withoutARegistryThereIsNoRecorder() {
        Contexts.runner()
                .withPropertyValues(server.property())
                .withConfiguration(AutoConfigurations.of(DurableStreamsMetricsAutoConfiguration.class))
                .run(context -> assertThat(context)
                        .hasSingleBean(DurableStreamClient.class)
                        .doesNotHaveBean(ReadMetricsRecorder.class)
                        .doesNotHaveBean(ProducerMetricsRecorder.class));
    }

    @Test
    void withoutMicrometerThereIsNoRecorder() {
        Contexts.runner()
                .withPropertyValues(server.property())
                .withConfiguration(AutoConfigurations.of(DurableStreamsMetricsAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
                .run(context -> assertThat(context)
                        .hasSingleBean(DurableStreamClient.class)
                        .doesNotHaveBean(ReadMetricsRecorder.class)
                        .doesNotHaveBean(ProducerMetricsRecorder.class));
    }

    @Test
    void theDocumentationListsEveryMeterAndNoOthers() throws IOException {
        List<String> documented = Files.readAllLines(Path.of("../docs/metrics.md")).stream()
                .filter(line -> line.startsWith("| `durable.streams."))
                .map(line -> line.split("`")[1])
                .toList();

        runner.withPropertyValues(server.property()).run(context -> {
            failToProduce(context);
            assertThat(names(context)).containsExactlyInAnyOrderElementsOf(documented);
        });
    }

    /** The kinds of failures and refusals have meters from the first one on. */
    private static void failToProduce(AssertableApplicationContext context) {
        IdempotentProducer producer =
                context.getBean(DurableStreamClient.class).stream("absent").producer("p");
        producer.send(1)
                .as(StepVerifier::create)
                .expectError(StreamNotFoundException.class)
                .verify(TIMEOUT);
        producer.close()
                .onErrorComplete()
                .then(producer.send(2))
                .as(StepVerifier::create)
                .expectError(ProducerClosedException.class)
                .verify(TIMEOUT);
    }

    private static Set<String> names(AssertableApplicationContext context) {
        return context.getBean(MeterRegistry.class).getMeters().stream()
                .map(meter -> meter.getId().getName())
                .filter(name -> name.startsWith("durable.streams."))
                .collect(Collectors.toSet());
    }

    private static DurableStream readTwoItems(AssertableApplicationContext context) {
        DurableStream stream = context.getBean(DurableStreamClient.class).stream("metrics/" + UUID.randomUUID());
        stream.create(StreamSpec.json()).block(TIMEOUT);
        stream.append(1).block(TIMEOUT);
        stream.append(2).block(TIMEOUT);
        assertThat(stream.reader(Integer.class).collect().block(TIMEOUT)).containsExactly(1, 2);
        return stream;
    }

    private static final class CountingRecorder implements ReadMetricsRecorder {

        private volatile int items;

        @Override
        public void batchRead(URI url, int items) {
            this.items += items;
        }
    }
}
