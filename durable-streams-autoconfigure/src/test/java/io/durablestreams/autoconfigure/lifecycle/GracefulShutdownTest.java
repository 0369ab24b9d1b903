package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.spring.ShutdownSignal;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/** A web application that is closed while requests are being answered. */
@Tag("sockets")
class GracefulShutdownTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    @Test
    void whatARequestAppendsWhileTheWebServerDrainsIsInTheStream() throws InterruptedException {
        DurableStream orders = newStream("drained");
        ConfigurableApplicationContext application = start("drained");
        Requests requests = application.getBean(Requests.class);
        Mono<String> answer = client(application)
                .post()
                .uri("/orders")
                .retrieve()
                .bodyToMono(String.class)
                .cache();
        answer.subscribe(ignored -> {}, ignored -> {});
        assertThat(requests.arrived.await(10, TimeUnit.SECONDS)).isTrue();

        Mono<Void> closed = Mono.<Void>fromRunnable(application::close).subscribeOn(Schedulers.boundedElastic());
        StepVerifier.create(closed)
                .expectSubscription()
                .then(() ->
                        application.getBean(ShutdownSignal.class).whenStopping().block(TIMEOUT))
                .then(requests.mayProceed::tryEmitEmpty)
                .expectComplete()
                .verify(Duration.ofSeconds(20));

        assertThat(answer.block(TIMEOUT)).isEqualTo("accepted");
        assertThat(orders.reader(String.class).collect().block(TIMEOUT)).containsExactly("order");
    }

    @Test
    void aLiveReadThatHeedsTheSignalDoesNotHoldUpTheEnd() {
        newStream("followed").append("order").block(TIMEOUT);
        ConfigurableApplicationContext application = start("followed");

        StepVerifier.create(client(application)
                        .get()
                        .uri("/orders")
                        .accept(MediaType.TEXT_EVENT_STREAM)
                        .retrieve()
                        .bodyToFlux(String.class))
                .expectNext("order")
                .then(application::close)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    private static DurableStream newStream(String path) {
        DurableStream stream = server.client().stream(path);
        stream.create(StreamSpec.json()).block(TIMEOUT);
        return stream;
    }

    /** Nothing but the flush at the end delivers a message that lingers for a minute. */
    private static ConfigurableApplicationContext start(String stream) {
        return new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.REACTIVE)
                .properties(
                        "server.port=0",
                        Contexts.NO_QUIET_PERIOD,
                        server.property(),
                        "durable-streams.producer.stream=" + stream,
                        "durable-streams.producer.linger=1m")
                .run();
    }

    /** Has event loops of its own: those of the application end with it, perhaps before an answer has been read. */
    private static WebClient client(ConfigurableApplicationContext application) {
        return server.http()
                .baseUrl("http://localhost:" + application.getEnvironment().getProperty("local.server.port"))
                .build();
    }

    static final class Requests {

        final CountDownLatch arrived = new CountDownLatch(1);
        final Sinks.Empty<Void> mayProceed = Sinks.empty();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        Requests requests() {
            return new Requests();
        }

        @Bean
        RouterFunction<ServerResponse> routes(
                DurableStreamClient client, IdempotentProducer producer, Requests requests, ShutdownSignal shutdown) {
            return RouterFunctions.route()
                    .POST("/orders", request -> {
                        requests.arrived.countDown();
                        return requests.mayProceed
                                .asMono()
                                .then(Mono.fromRunnable(() -> producer.append("order")))
                                .then(ServerResponse.ok().bodyValue("accepted"));
                    })
                    .GET("/orders", request -> {
                        Flux<String> orders = client.stream(producer.url())
                                .reader(String.class)
                                .live(LiveMode.AUTO)
                                .batches()
                                .concatMapIterable(Batch::items)
                                .takeUntilOther(shutdown.whenStopping());
                        return ServerResponse.ok()
                                .contentType(MediaType.TEXT_EVENT_STREAM)
                                .body(orders, String.class);
                    })
                    .build();
        }
    }
}
