package io.durablestreams.autoconfigure.lifecycle;

import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.spring.ShutdownSignal;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/** Applications that end in order while they follow streams. */
@Tag("sockets")
@ExtendWith(OutputCaptureExtension.class)
class QuietEndTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private static ConfigurableApplicationContext start(String property) {
        return new SpringApplicationBuilder(App.class)
                .properties(Contexts.NO_QUIET_PERIOD, property)
                .run();
    }

    @Test
    void liveReadsFailAndNothingIsLogged(CapturedOutput output) throws Exception {
        server.client().stream("quiet").create(StreamSpec.json().withBody(1)).block(TIMEOUT);
        ConfigurableApplicationContext application = start(server.property());
        List<LiveMode> modes = List.of(LiveMode.SSE, LiveMode.LONG_POLL, LiveMode.AUTO);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        CountDownLatch reading = new CountDownLatch(3 * modes.size());
        CountDownLatch ended = new CountDownLatch(3 * modes.size());
        DurableStream stream = application.getBean(DurableStreamClient.class).stream("quiet");
        for (int i = 0; i < 3; i++) {
            for (LiveMode mode : modes) {
                stream.reader(Integer.class)
                        .live(mode)
                        .items()
                        .doOnNext(item -> reading.countDown())
                        .doFinally(signal -> ended.countDown())
                        .subscribe(item -> {}, failures::add);
            }
        }
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();

        application.close();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).hasSize(3 * modes.size()).hasOnlyElementsOfType(StreamRequestException.class);
        assertThat(output.getAll().lines()).noneMatch(QuietEndTest::isProblem);
    }

    @Test
    void theSignalEndsThemWithoutAFailure(CapturedOutput output) {
        server.client().stream("signalled")
                .create(StreamSpec.json().withBody(1))
                .block(TIMEOUT);
        ConfigurableApplicationContext application = start(server.property());
        ShutdownSignal shutdown = application.getBean(ShutdownSignal.class);

        StepVerifier.create(application.getBean(DurableStreamClient.class).stream("signalled")
                        .reader(Integer.class)
                        .live(LiveMode.AUTO)
                        .items()
                        .takeUntilOther(shutdown.whenStopping()))
                .expectNext(1)
                .then(application::close)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(output.getAll().lines()).noneMatch(QuietEndTest::isProblem);
    }

    /** Reads and requests whose answers have not begun. */
    @Test
    void requestsInFlightFailAndNothingIsLogged(CapturedOutput output) throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (ServerSocket silent = new ServerSocket(0)) {
            ConfigurableApplicationContext application =
                    start("durable-streams.url=http://localhost:" + silent.getLocalPort());
            DurableStream stream = application.getBean(DurableStreamClient.class).stream("silent");
            List<Mono<?>> requests = List.of(
                    stream.head(),
                    stream.withContentType("text/plain").append("text"),
                    stream.reader(Integer.class).collect(),
                    stream.reader(Integer.class).live(LiveMode.SSE).items().then());
            CountDownLatch ended = new CountDownLatch(requests.size());
            for (Mono<?> request : requests) {
                request.doFinally(signal -> ended.countDown()).subscribe(item -> {}, failures::add);
            }
            for (int i = 0; i < requests.size(); i++) {
                assertThat(silent.accept().getInputStream().read()).isPositive();
            }

            application.close();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(failures)
                .hasSize(4)
                .hasOnlyElementsOfTypes(StreamRequestException.class, AppendOutcomeUnknownException.class)
                .hasAtLeastOneElementOfType(AppendOutcomeUnknownException.class);
        assertThat(output.getAll().lines()).noneMatch(QuietEndTest::isProblem);
    }

    private static boolean isProblem(String line) {
        return line.contains(" WARN ") || line.contains(" ERROR ") || line.contains("onErrorDropped");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}
}
