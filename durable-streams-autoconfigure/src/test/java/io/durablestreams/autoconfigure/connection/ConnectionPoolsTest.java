package io.durablestreams.autoconfigure.connection;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

class ConnectionPoolsTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    /** That timeout is the longest silence that other clients bear. */
    @ParameterizedTest
    @EnumSource(names = {"LONG_POLL", "SSE"})
    void theReadTimeoutOfTheApplicationDoesNotEndLiveReads(LiveMode mode) {
        List<String> liveRequests = new CopyOnWriteArrayList<>();
        Contexts.runner()
                .withPropertyValues(server.property(), "spring.http.clients.read-timeout=200ms")
                .withBean(WebClientCustomizer.class, () -> recordingInto(liveRequests))
                .run(context -> {
                    DurableStream stream = newStream(context, "silent-" + mode);

                    StepVerifier.create(stream.reader(String.class).live(mode).items())
                            .expectSubscription()
                            .expectNoEvent(Duration.ofMillis(800))
                            .then(() -> assertThat(liveRequests).hasSize(1))
                            .then(() -> stream.append("late").block(TIMEOUT))
                            .expectNext("late")
                            .thenCancel()
                            .verify(TIMEOUT);
                });
    }

    @Test
    void liveReadsThatUseUpTheirConnectionsLeaveThoseOfWritesAlone() {
        Contexts.runner()
                .withPropertyValues(
                        server.property(),
                        "durable-streams.reader.max-live-connections=1",
                        "durable-streams.request.max-connections=1")
                .run(context -> {
                    DurableStream stream = newStream(context, "crowded");
                    BlockingQueue<Batch<String>> batches = new LinkedBlockingQueue<>();
                    Disposable.Composite readers = Disposables.composite();
                    for (int reader = 0; reader < 3; reader++) {
                        readers.add(liveRead(stream).subscribe(batches::add));
                        assertThat(next(batches).upToDate()).isTrue();
                    }

                    assertThat(stream.append("through").block(Duration.ofSeconds(3)))
                            .isNotNull();
                    assertThat(next(batches).items()).containsExactly("through");
                    readers.dispose();
                });
    }

    @Test
    void readsGoOnWhenTheApplicationIsStartedAgain() {
        Contexts.runner().withPropertyValues(server.property()).run(context -> {
            DurableStream stream = newStream(context, "restarted");
            ConfigurableApplicationContext application = context.getSourceApplicationContext();
            BlockingQueue<Batch<String>> batches = new LinkedBlockingQueue<>();
            Disposable reader = liveRead(stream).subscribe(batches::add);
            assertThat(next(batches).upToDate()).isTrue();

            application.stop();
            server.client().stream("restarted").append("meanwhile").block(TIMEOUT);
            assertThat(batches.poll(500, TimeUnit.MILLISECONDS)).isNull();
            application.start();

            assertThat(next(batches).items()).containsExactly("meanwhile");
            reader.dispose();
        });
    }

    /** Repeated, because the end meets the read in different states. */
    @RepeatedTest(10)
    void readsEndWithAnErrorWhenTheApplicationIsClosed() {
        assertReadsEnd("reactor");
    }

    @RepeatedTest(5)
    void readsEndWithEveryConnector() {
        assertReadsEnd("jdk");
    }

    private static void assertReadsEnd(String connector) {
        BlockingQueue<Batch<String>> batches = new LinkedBlockingQueue<>();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        ApplicationContextRunner runner = Contexts.runner()
                .withPropertyValues(server.property(), "spring.http.clients.reactive.connector=" + connector);
        runner.run(context -> {
            liveRead(newStream(context, "closed"))
                    .subscribe(batches::add, end::complete, () -> end.complete(new AssertionError("completed")));
            assertThat(next(batches).upToDate()).isTrue();
        });

        assertThat(end)
                .succeedsWithin(TIMEOUT)
                .asInstanceOf(THROWABLE)
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("the application is closed");
    }

    private static Flux<Batch<String>> liveRead(DurableStream stream) {
        return stream.reader(String.class).live(LiveMode.SSE).batches();
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            T next = queue.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(next).as("what comes next").isNotNull();
            return next;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static WebClientCustomizer recordingInto(List<String> liveRequests) {
        return builder -> builder.filter((request, next) -> {
            if (String.valueOf(request.url().getQuery()).contains("live=")) {
                liveRequests.add(request.url().toString());
            }
            return next.exchange(request);
        });
    }

    private static DurableStream newStream(ApplicationContext context, String path) {
        DurableStream stream = context.getBean(DurableStreamClient.class).stream(path);
        stream.create(StreamSpec.json()).block(TIMEOUT);
        return stream;
    }
}
