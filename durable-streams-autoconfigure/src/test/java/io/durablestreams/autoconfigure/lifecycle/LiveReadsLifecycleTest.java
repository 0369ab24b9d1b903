package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.server.DurableStreamRoutes;
import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;

/** An application that has the streams under a path of its own web server, and clients that follow them. */
@Tag("sockets")
class LiveReadsLifecycleTest {

    @Test
    void anIdleLiveReadDoesNotHoldUpTheEnd() {
        ConfigurableApplicationContext application = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.REACTIVE)
                .properties("server.port=0", Contexts.NO_QUIET_PERIOD)
                .run();
        WebClient client = WebClient.create(
                "http://localhost:" + application.getEnvironment().getProperty("local.server.port"));
        client.put().uri("/streams/idle").retrieve().toBodilessEntity().block(TIMEOUT);

        StepVerifier.create(client.get()
                        .uri("/streams/idle?offset=-1&live=sse")
                        .retrieve()
                        .bodyToFlux(String.class))
                .expectNextCount(1)
                .then(() -> Mono.fromRunnable(application::close)
                        .subscribeOn(Schedulers.boundedElastic())
                        .block(Duration.ofSeconds(10)))
                .thenCancel()
                .verify(Duration.ofSeconds(10));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        DurableStreamHandler handler() {
            return DurableStreamHandler.builder(new InMemoryStreamStore()).build();
        }

        /** Does not keep the others from ending. */
        @Bean(defaultCandidate = false)
        DurableStreamHandler aMock() {
            return Mockito.mock(DurableStreamHandler.class);
        }

        @Bean
        RouterFunction<ServerResponse> streams(DurableStreamHandler handler) {
            return DurableStreamRoutes.of(handler, "/streams");
        }
    }
}
