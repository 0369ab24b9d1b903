package io.durablestreams.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The routes inside of a WebFlux application, next to others. */
class DurableStreamRoutesTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private AnnotationConfigApplicationContext context;
    private DisposableServer server;

    @BeforeEach
    void startApplication() {
        context = new AnnotationConfigApplicationContext(Application.class);
        HttpHandler application =
                WebHttpHandlerBuilder.applicationContext(context).build();
        server = Objects.requireNonNull(HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(application))
                .bind()
                .block(TIMEOUT));
    }

    @AfterEach
    void stopApplication() {
        server.disposeNow(TIMEOUT);
        context.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/streams", "/api/v1/streams"})
    void streamsLiveUnderTheirPath(String base) throws Exception {
        HttpResponse<String> created = send(request(base + "/a%2Fb/c")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("[1]")));
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location")).hasValue(url(base + "/a%2Fb/c"));

        HttpResponse<Stream<String>> events = http.sendAsync(
                        request(base + "/a%2Fb/c?live=sse&offset=-1").build(), BodyHandlers.ofLines())
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        Iterator<String> lines = events.body().iterator();
        assertThat(lines.next()).isEqualTo("event: data");
        assertThat(lines.next()).isEqualTo("data:[1]");
        events.body().close();
        assertThat(send(request(base + "/a/b/c").GET()).statusCode()).isEqualTo(404);
    }

    @Test
    void bothPathsLeadToTheSameStreams() throws Exception {
        send(request("/streams/s").header("Content-Type", "text/plain").PUT(BodyPublishers.ofString("x")));

        assertThat(send(request("/api/v1/streams/s").GET()).body()).isEqualTo("x");
    }

    @Test
    void otherRoutesAreLeftAlone() throws Exception {
        assertThat(send(request("/hello").GET()).body()).isEqualTo("hello");
        assertThat(send(request("/streams").GET()).statusCode()).isEqualTo(404);
        assertThat(send(request("/streamsx/s").PUT(BodyPublishers.noBody())).statusCode())
                .isEqualTo(404);
    }

    @Test
    void preflightRequestsAreAnsweredByTheApplicationsOwnCorsConfiguration() throws Exception {
        HttpResponse<String> preflight = send(request("/streams/s")
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "GET")
                .method("OPTIONS", BodyPublishers.noBody()));

        assertThat(preflight.statusCode()).isNotEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
        assertThat(send(request("/streams/s").method("OPTIONS", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aBasePathBeginsWithASlash() {
        DurableStreamHandler handler =
                DurableStreamHandler.builder(new InMemoryStreamStore()).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurableStreamRoutes.of(handler, "streams"))
                .withMessageContaining("'streams'");
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(TIMEOUT);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @EnableWebFlux
    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        DurableStreamHandler handler() {
            return DurableStreamHandler.builder(new InMemoryStreamStore()).build();
        }

        @Bean
        RouterFunction<ServerResponse> streams(DurableStreamHandler handler) {
            return DurableStreamRoutes.of(handler, "/streams");
        }

        @Bean
        RouterFunction<ServerResponse> nestedStreams(DurableStreamHandler handler) {
            return RouterFunctions.nest(RequestPredicates.path("/api/v1"), DurableStreamRoutes.of(handler, "/streams"));
        }

        @Bean
        RouterFunction<ServerResponse> hello() {
            return RouterFunctions.route(
                    RequestPredicates.GET("/hello"),
                    request -> ServerResponse.ok().bodyValue("hello"));
        }
    }
}
