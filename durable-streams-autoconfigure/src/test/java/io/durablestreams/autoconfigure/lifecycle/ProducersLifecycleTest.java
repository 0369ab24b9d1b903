package io.durablestreams.autoconfigure.lifecycle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.task.AsyncTaskExecutor;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

import io.durablestreams.autoconfigure.DurableStreamsProperties;
import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.autoconfigure.fixture.RecordingErrorHandler;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.producer.IdempotentProducer;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Tag("sockets")
@ExtendWith(OutputCaptureExtension.class)
class ProducersLifecycleTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private final DurableStream stream =
            server.client().stream(UUID.randomUUID().toString());

    /** With a linger of a minute, what arrives within seconds has been flushed. */
    private final ApplicationContextRunner runner = Contexts.runner()
            .withPropertyValues(
                    server.property(),
                    "durable-streams.producer.stream=" + stream.url(),
                    "durable-streams.producer.linger=1m");

    ProducersLifecycleTest() {
        stream.create(StreamSpec.json()).block(TIMEOUT);
    }

    @Test
    void whatIsAppendedRightBeforeTheEndIsInTheStream() {
        List<Integer> messages = IntStream.range(0, 5_000).boxed().toList();

        runner.run(context -> messages.forEach(context.getBean(IdempotentProducer.class)::append));

        assertThat(stream.reader(Integer.class).collect().block(TIMEOUT)).isEqualTo(messages);
    }

    @Test
    void producersOfTheApplicationDeliverToo() {
        runner.withUserConfiguration(TwoProducers.class)
                .run(context -> context.getBeansOfType(IdempotentProducer.class)
                        .forEach((name, producer) -> producer.append(name)));

        assertThat(items()).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void whatRunningTasksAppendWhileTheApplicationEndsIsInTheStream() {
        runner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
                .run(context -> {
                    IdempotentProducer producer = context.getBean(IdempotentProducer.class);
                    AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
                    IntStream.range(0, 4)
                            .forEach(number -> executor.execute(() -> {
                                Mono.delay(Duration.ofMillis(300)).block(TIMEOUT);
                                producer.append(number);
                            }));
                });

        assertThat(stream.reader(Integer.class).collect().block(TIMEOUT)).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void aProducerThatNobodyHasAskedForIsNotMadeForTheEnd() {
        AtomicReference<IdempotentProducer> made = new AtomicReference<>();
        runner.withBean(
                        IdempotentProducer.class,
                        () -> {
                            made.set(stream.producer("lazy"));
                            return made.get();
                        },
                        definition -> definition.setLazyInit(true))
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(made).hasNullValue();
    }

    @Test
    void afterTheEndMessagesAreRefused() {
        AtomicReference<IdempotentProducer> producer = new AtomicReference<>();
        runner.run(context -> producer.set(context.getBean(IdempotentProducer.class)));

        assertThatThrownBy(() -> producer.get().append("late")).isInstanceOf(ProducerClosedException.class);
    }

    @Test
    void aStoppedApplicationHasDeliveredAndAStartedOneGoesOn() {
        runner.run(context -> {
            ConfigurableApplicationContext application = context.getSourceApplicationContext();
            IdempotentProducer producer = context.getBean(IdempotentProducer.class);

            producer.append("before");
            application.stop();
            assertThat(items()).containsExactly("before");

            producer.append("meanwhile");
            application.start();
            producer.append("after");
        });

        assertThat(items()).containsExactly("before", "meanwhile", "after");
    }

    @Test
    void anApplicationThatFailsToStartDeliversWhatItHasAccepted() {
        runner.withBean(SmartInitializingSingleton.class, () -> () -> {
                    throw new IllegalStateException("broken");
                })
                .withUserConfiguration(AppendsWhenMade.class)
                .run(context -> assertThat(context).hasFailed());

        assertThat(items()).containsExactly("early");
    }

    @Test
    void anApplicationThatFailsToStartDoesNotWaitForAServerThatDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            StepVerifier.create(Mono.fromRunnable(() -> Contexts.runner()
                            .withPropertyValues(
                                    "durable-streams.url=http://127.0.0.1:" + silent.getLocalPort() + "/",
                                    "durable-streams.producer.stream=silent")
                            .withUserConfiguration(AppendsWhenMade.class, Fails.class)
                            .run(context ->
                                    assertThat(context).hasFailed().getFailure().hasMessageContaining("broken"))))
                    .expectComplete()
                    .verify(Duration.ofSeconds(15));
        }
    }

    /** And says so, in the log and to the error handler, before anybody has waited for too long. */
    @Test
    void theEndDoesNotWaitForAServerThatDoesNotAnswer(CapturedOutput output) {
        RecordingErrorHandler errors = new RecordingErrorHandler();
        // On loops of its own: the shared ones end with the context, and the server could not stop any more.
        LoopResources loops = LoopResources.create("silent");
        DisposableServer silent = silentServer(loops);
        int port = silent.port();
        StepVerifier.create(Mono.fromRunnable(() -> Contexts.runner()
                        .withPropertyValues(
                                "durable-streams.url=http://localhost:" + port + "/",
                                "durable-streams.producer.stream=silent",
                                "spring.lifecycle.timeout-per-shutdown-phase=1s")
                        .withBean(RecordingErrorHandler.class, () -> errors)
                        .run(context ->
                                context.getBean(IdempotentProducer.class).append("undelivered"))))
                .expectComplete()
                .verify(Duration.ofSeconds(20));
        silent.disposeNow(TIMEOUT);
        loops.disposeLater(Duration.ZERO, TIMEOUT).block(TIMEOUT);

        assertThat(output)
                .contains(
                        " is closed, and 1 of its messages to http://localhost:" + port + "/silent were not delivered")
                .contains("not acknowledged within PT0.9S of closing its producer, so it may or may not be stored")
                .doesNotContain("Shutdown phase " + LifecyclePhases.producers() + " ends with");
        assertThat(errors.reportedSoFar())
                .singleElement()
                .asString()
                .startsWith("1 messages")
                .contains("PT0.9S");
    }

    private static DisposableServer silentServer(LoopResources loops) {
        return HttpServer.create()
                .runOn(loops)
                .port(0)
                .route(routes -> routes.head(
                                "/silent",
                                (request, response) -> response.header("Content-Type", "application/json")
                                        .header("Stream-Next-Offset", "1"))
                        .post("/silent", (request, response) -> Mono.never()))
                .bindNow(TIMEOUT);
    }

    private List<String> items() {
        return stream.reader(String.class).collect().block(TIMEOUT);
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoProducers {

        @Bean
        IdempotentProducer first(DurableStreamClient client, DurableStreamsProperties properties) {
            return client.stream(String.valueOf(properties.producer().stream())).producer("first");
        }

        @Bean
        @Lazy
        IdempotentProducer second(DurableStreamClient client, DurableStreamsProperties properties) {
            return client.stream(String.valueOf(properties.producer().stream())).producer("second");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Fails {

        @Bean
        Object broken() {
            throw new IllegalStateException("broken");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AppendsWhenMade {

        @Bean
        Object early(IdempotentProducer producer) {
            producer.append("early");
            return new Object();
        }
    }
}
