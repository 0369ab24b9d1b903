package io.durablestreams.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.server.DurableStreamServer;

import static org.assertj.core.api.Assertions.assertThat;

/** Stops the application while events are posted. The server of the streams continues. */
class GracefulStopTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final DurableStreamServer server =
            DurableStreamServer.builder().port(0).build();

    /** Event loops of the browser alone. The loops that clients share by default end with the application. */
    private final LoopResources loops = LoopResources.create("browser");

    private final ConnectionProvider connections = ConnectionProvider.create("browser");

    @BeforeEach
    void startServer() {
        server.start().block(TIMEOUT);
    }

    @AfterEach
    void stopServer() {
        connections
                .disposeLater()
                .then(loops.disposeLater(Duration.ZERO, TIMEOUT))
                .block(TIMEOUT);
        server.stop().block(TIMEOUT);
    }

    @Test
    void everyEventThatWasAcceptedIsInTheStream() throws InterruptedException {
        ConfigurableApplicationContext application = startApplication();
        WebClient browser =
                browser("http://localhost:" + application.getEnvironment().getProperty("local.server.port"));
        Queue<UUID> accepted = new ConcurrentLinkedQueue<>();
        CountDownLatch underWay = new CountDownLatch(500);
        Disposable posting = Flux.range(0, Integer.MAX_VALUE)
                .flatMap(
                        number -> post(browser, "event " + number).doOnNext(event -> {
                            accepted.add(event.id());
                            underWay.countDown();
                        }),
                        16)
                .subscribe(event -> {}, failure -> {});
        assertThat(underWay.await(20, TimeUnit.SECONDS)).isTrue();

        StepVerifier.create(openStream(browser)
                        .thenMany(Mono.fromRunnable(application::close).subscribeOn(Schedulers.boundedElastic())))
                .expectComplete()
                .verify(TIMEOUT);
        posting.dispose();

        assertThat(stored())
                .hasSizeGreaterThanOrEqualTo(500)
                .doesNotHaveDuplicates()
                .containsAll(accepted);
    }

    private WebClient browser(String url) {
        return WebClient.builder()
                .baseUrl(url)
                .clientConnector(new ReactorClientHttpConnector(
                        HttpClient.create(connections).runOn(loops)))
                .build();
    }

    /** Opens a response without an end, which must not delay the stop. */
    private static Mono<String> openStream(WebClient browser) {
        Flux<String> events = browser.get()
                .uri("/events")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .retrieve()
                .bodyToFlux(String.class)
                .publish()
                .autoConnect(1);
        return events.next();
    }

    private ConfigurableApplicationContext startApplication() {
        return new SpringApplicationBuilder(SampleApplication.class)
                .properties("spring.reactor.netty.shutdown-quiet-period=0s")
                .run("--server.port=0", "--durable-streams.url=" + server.url());
    }

    private static Mono<Event> post(WebClient browser, String text) {
        return browser.post()
                .uri("/events")
                .bodyValue(Map.of("text", text))
                .retrieve()
                .bodyToMono(Event.class)
                .onErrorResume(refused -> Mono.empty());
    }

    private List<UUID> stored() {
        DurableStreamClient client = DurableStreamClient.create(server.url().toString());
        try {
            return client.stream("events")
                    .reader(Event.class)
                    .items()
                    .map(Event::id)
                    .collectList()
                    .block(TIMEOUT);
        } finally {
            client.dispose();
        }
    }
}
