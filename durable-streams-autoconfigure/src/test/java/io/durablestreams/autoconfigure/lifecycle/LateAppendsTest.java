package io.durablestreams.autoconfigure.lifecycle;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolExecutorFactoryBean;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.spring.ShutdownSignal;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Appends and requests that come when the application has begun to stop. */
@Tag("sockets")
@ExtendWith(OutputCaptureExtension.class)
class LateAppendsTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private static DurableStream newStream(String path) {
        DurableStream stream = server.client().stream(path);
        stream.create(StreamSpec.json()).block(TIMEOUT);
        return stream;
    }

    private static ConfigurableApplicationContext start(String stream, String... more) {
        return new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.REACTIVE)
                .properties(
                        "server.port=0",
                        Contexts.NO_QUIET_PERIOD,
                        server.property(),
                        "spring.task.execution.shutdown.await-termination=true",
                        "spring.task.execution.shutdown.await-termination-period=5s",
                        "spring.task.execution.pool.core-size=1",
                        "durable-streams.producer.stream=" + stream,
                        "durable-streams.producer.linger=1m")
                .properties(more)
                .run();
    }

    private static void sleepOf(CountDownLatch latch, long millis) {
        try {
            latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatTasksAppendForWhichTheirExecutorWaitsIsInTheStream(boolean virtual, CapturedOutput output) {
        assumeTrue(!virtual || Runtime.version().feature() >= 21, "virtual threads need Java 21");
        String name = "tasks-" + virtual;
        DurableStream stream = newStream(name);
        ConfigurableApplicationContext application = start(name, "spring.threads.virtual.enabled=" + virtual);
        IdempotentProducer producer = application.getBean(IdempotentProducer.class);
        AsyncTaskExecutor executor = application.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
        assertThat(executor).isInstanceOf(virtual ? SimpleAsyncTaskExecutor.class : ThreadPoolTaskExecutor.class);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            int message = i;
            executor.execute(() -> {
                sleepOf(never, 500);
                producer.append(message);
            });
        }

        application.close();

        assertThat(stream.reader(Integer.class).collect().block(TIMEOUT)).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(output.getOut().lines()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
    }

    /** Spring destroys a plain {@code ExecutorService} bean after all lifecycles, and this one waits in its phase. */
    @Test
    void soIsWhatTasksAppendToAnExecutorServiceOfSpring(CapturedOutput output) {
        DurableStream stream = newStream("executor-service");
        ConfigurableApplicationContext application = start("executor-service");
        IdempotentProducer producer = application.getBean(IdempotentProducer.class);
        ExecutorService executor = application.getBean("workers", ExecutorService.class);
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            int message = i;
            executor.execute(() -> {
                running.countDown();
                sleepOf(never, 500);
                producer.append(message);
            });
        }
        sleepOf(running, TIMEOUT.toMillis());

        application.close();

        assertThat(stream.reader(Integer.class).collect().block(TIMEOUT)).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(output.getOut().lines()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
    }

    @Test
    void aKeptConnectionEndsBeforeTheProducersDo(CapturedOutput output) throws Exception {
        newStream("kept");
        ConfigurableApplicationContext application = start("kept");
        LateStop late = application.getBean(LateStop.class);
        Slow slow = application.getBean(Slow.class);
        int port = application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        try (Socket connection = new Socket("localhost", port)) {
            connection.setSoTimeout((int) TIMEOUT.toMillis());
            assertThat(answer(connection, "/orders")).startsWith("HTTP/1.1 200");
            send(connection, "/slow");
            assertThat(slow.arrived.await(10, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> closed = CompletableFuture.runAsync(application::close);
            application.getBean(ShutdownSignal.class).whenStopping().block(TIMEOUT);
            slow.mayProceed.tryEmitEmpty();
            assertThat(late.reached.await(10, TimeUnit.SECONDS)).isTrue();
            send(connection, "/orders");
            String answers = readAll(connection);
            late.mayProceed.countDown();
            closed.get(10, TimeUnit.SECONDS);

            assertThat(answers).startsWith("HTTP/1.1 200").endsWith("done");
        }
        assertThat(output.getOut().lines()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
        assertThat(server.client().stream("kept").reader(String.class).collect().block(TIMEOUT))
                .isEqualTo(List.of("order"));
    }

    private static void send(Socket connection, String path) throws IOException {
        String request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
        connection.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket connection, String path) throws IOException {
        send(connection, path);
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("accepted") < 0) {
            answer.append((char) connection.getInputStream().read());
        }
        return answer.toString();
    }

    private static String readAll(Socket connection) throws IOException {
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** A request that lasts. */
    static final class Slow {

        final CountDownLatch arrived = new CountDownLatch(1);
        final Sinks.Empty<Void> mayProceed = Sinks.empty();
    }

    /** Ends after the producers and before the event loops. */
    static final class LateStop implements SmartLifecycle {

        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch mayProceed = new CountDownLatch(1);
        private volatile boolean running;

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            reached.countDown();
            sleepOf(mayProceed, 10_000);
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return LifecyclePhases.producers() - 1;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        LateStop lateStop() {
            return new LateStop();
        }

        /** Does not take the place of the executor of Spring Boot. */
        @Bean(defaultCandidate = false)
        ThreadPoolExecutorFactoryBean workers() {
            ThreadPoolExecutorFactoryBean workers = new ThreadPoolExecutorFactoryBean();
            workers.setCorePoolSize(3);
            return workers;
        }

        @Bean
        Slow slow() {
            return new Slow();
        }

        @Bean
        RouterFunction<ServerResponse> routes(IdempotentProducer producer, Slow slow) {
            return RouterFunctions.route()
                    .POST("/slow", request -> {
                        slow.arrived.countDown();
                        return slow.mayProceed.asMono().then(ServerResponse.ok().bodyValue("done"));
                    })
                    .POST(
                            "/orders",
                            request -> Mono.fromRunnable(() -> producer.append("order"))
                                    .then(ServerResponse.ok().bodyValue("accepted")))
                    .build();
        }
    }
}
