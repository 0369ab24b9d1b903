package io.durablestreams.autoconfigure.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Redirects to another path and to another origin, over sockets. */
@Tag("sockets")
class RedirectsTest {

    private static final String FOLLOW = "spring.http.clients.redirects=follow";

    private final Origin home = new Origin();
    private final Origin elsewhere = new Origin();

    /** A request as it arrived. */
    private record Request(String line, Map<String, List<String>> headers, String body) {

        boolean has(String header) {
            return headers.keySet().stream().anyMatch(header::equalsIgnoreCase);
        }
    }

    /** A server whose paths below /moved redirect, and whose others answer as a closed stream. */
    private static final class Origin {

        private final List<Request> requests = new CopyOnWriteArrayList<>();
        private HttpServer server;
        private String location;
        private boolean dropsQuery;
        private int status = 307;

        void start() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.start();
        }

        String url() {
            return "http://localhost:" + server.getAddress().getPort();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                String query = exchange.getRequestURI().getRawQuery();
                requests.add(new Request(
                        exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                        Map.copyOf(exchange.getRequestHeaders()),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
                if (exchange.getRequestURI().getPath().startsWith("/moved")) {
                    String kept = query == null || dropsQuery ? "" : "?" + query;
                    exchange.getResponseHeaders().set("Location", location + kept);
                    exchange.sendResponseHeaders(status, -1);
                    return;
                }
                boolean get = exchange.getRequestMethod().equals("GET");
                byte[] body = get ? "[1]".getBytes(StandardCharsets.UTF_8) : new byte[0];
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.getResponseHeaders().set("Stream-Next-Offset", "b");
                exchange.getResponseHeaders().set("Stream-Up-To-Date", "true");
                exchange.getResponseHeaders().set("Stream-Closed", "true");
                exchange.sendResponseHeaders(
                        get ? 200 : exchange.getRequestMethod().equals("HEAD") ? 200 : 204,
                        body.length == 0 ? -1 : body.length);
                if (body.length > 0) {
                    exchange.getResponseBody().write(body);
                }
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        home.start();
        elsewhere.start();
    }

    @AfterEach
    void stop() {
        home.server.stop(0);
        elsewhere.server.stop(0);
    }

    private ApplicationContextRunner runner(String... properties) {
        return Contexts.runner()
                .withPropertyValues(
                        "durable-streams.url=" + home.url() + "/moved",
                        "durable-streams.headers.Authorization=Bearer s3cret",
                        "durable-streams.headers.X-Api-Key=s3cret")
                .withPropertyValues(properties)
                .withBean(
                        WebClientCustomizer.class,
                        () -> builder ->
                                builder.defaultCookie("session", "s3cret").defaultHeader("Stream-Extra", "kept"));
    }

    private void run(ApplicationContextRunner runner, Consumer<DurableStream> test) {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            test.accept(context.getBean(DurableStreamClient.class).stream("s").withContentType("application/json"));
        });
    }

    private static List<Integer> read(DurableStream stream, LiveMode mode) {
        return stream.reader(Integer.class)
                .from(Offset.of("a"))
                .live(mode)
                .items()
                .collectList()
                .block(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "spring.http.clients.redirects=dont-follow", "spring.http.clients.reactive.connector=jdk"})
    void byDefaultARedirectIsAnErrorThatNamesItsTarget(String property) {
        home.location = elsewhere.url() + "/s";

        run(property.isEmpty() ? runner() : runner(property), stream -> {
            assertThatThrownBy(() -> read(stream, LiveMode.OFF))
                    .isInstanceOf(StreamRequestException.class)
                    .hasMessageContaining("redirect to " + elsewhere.url() + "/s");
            assertThatThrownBy(() -> read(stream, LiveMode.AUTO)).hasMessageContaining(elsewhere.url() + "/s");
            assertThatThrownBy(() -> stream.head().block(TIMEOUT)).hasMessageContaining(elsewhere.url() + "/s");
            assertThatThrownBy(() -> stream.append(1).block(TIMEOUT)).hasMessageContaining(elsewhere.url() + "/s");
        });
        assertThat(elsewhere.requests).isEmpty();
    }

    static Stream<String> connectors() {
        return Stream.of("reactor", "jdk");
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void noHeaderOfTheApplicationGoesToAnotherOrigin(String connector) {
        home.location = elsewhere.url() + "/s";

        run(runner(FOLLOW, "spring.http.clients.reactive.connector=" + connector), stream -> {
            assertThat(read(stream, LiveMode.OFF)).containsExactly(1);
            assertThat(stream.head().block(TIMEOUT).nextOffset()).isEqualTo(Offset.of("b"));
            assertThat(stream.append(2).block(TIMEOUT).nextOffset()).isEqualTo(Offset.of("b"));
        });
        assertThat(elsewhere.requests)
                .extracting(Request::line)
                .containsExactly("GET /s?offset=a", "HEAD /s", "POST /s");
        assertThat(elsewhere.requests).allSatisfy(request -> {
            assertThat(request.headers().toString()).doesNotContain("s3cret");
            assertThat(request.has("Stream-Extra")).isFalse();
        });
        assertThat(elsewhere.requests.get(2).body()).isEqualTo("[2]");
        assertThat(elsewhere.requests.get(2).has("Content-Type")).isTrue();
        assertThat(home.requests).allSatisfy(request -> {
            assertThat(request.has("Authorization")).isTrue();
            assertThat(request.has("X-Api-Key")).isTrue();
            assertThat(request.has("Cookie")).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void withinItsOriginARequestKeepsItsHeaders(String connector) {
        home.location = "/here";

        run(runner(FOLLOW, "spring.http.clients.reactive.connector=" + connector), stream -> {
            assertThat(read(stream, LiveMode.OFF)).containsExactly(1);
            stream.append(2).block(TIMEOUT);
        });
        assertThat(home.requests)
                .extracting(Request::line)
                .containsExactly("GET /moved/s?offset=a", "GET /here?offset=a", "POST /moved/s", "POST /here");
        assertThat(home.requests).allSatisfy(request -> {
            assertThat(request.has("Authorization")).isTrue();
            assertThat(request.has("Cookie")).isTrue();
        });
    }

    @Test
    void headersStayOutWhenARedirectLeadsBack() {
        home.location = elsewhere.url() + "/moved";
        elsewhere.location = home.url() + "/here";

        run(runner(FOLLOW), stream -> assertThat(read(stream, LiveMode.OFF)).containsExactly(1));
        assertThat(home.requests.get(1).headers().toString()).doesNotContain("s3cret");
    }

    @Test
    void headersOfTheHttpClientStayOutAsWell() {
        home.location = elsewhere.url() + "/s";
        ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> customizer = builder ->
                builder.withHttpClientCustomizer(http -> http.headers(headers -> headers.set("X-Native", "s3cret"))
                        .followRedirect(true));

        run(
                runner(FOLLOW).withBean("customizer", ClientHttpConnectorBuilderCustomizer.class, () -> customizer),
                stream -> assertThat(read(stream, LiveMode.OFF)).containsExactly(1));
        assertThat(home.requests.get(0).has("X-Native")).isTrue();
        assertThat(elsewhere.requests)
                .singleElement()
                .satisfies(request -> assertThat(request.headers().toString()).doesNotContain("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303})
    void aWriteIsNotFollowedWhereItsMethodMightChange(int status) {
        home.location = elsewhere.url() + "/s";
        home.status = status;

        run(runner(FOLLOW), stream -> {
            assertThat(read(stream, LiveMode.OFF)).containsExactly(1);
            assertThatThrownBy(() -> stream.append(1).block(TIMEOUT))
                    .isInstanceOf(StreamRequestException.class)
                    .hasMessageContaining(elsewhere.url() + "/s");
        });
        assertThat(elsewhere.requests).extracting(Request::line).containsExactly("GET /s?offset=a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://localhost/s", "http://user:s3cret@localhost:1/s", "http://my_host/s", "http:"})
    void aTargetThatIsNoneIsAnError(String location) {
        home.location = location;

        run(
                runner(FOLLOW),
                stream -> assertThatThrownBy(() -> read(stream, LiveMode.OFF))
                        .isInstanceOf(StreamRequestException.class)
                        .hasMessageContaining("redirect to")
                        .message()
                        .doesNotContain("s3cret"));
    }

    @Test
    void aRedirectThatDropsTheOffsetIsAnError() {
        home.location = home.url() + "/here";
        home.dropsQuery = true;

        run(
                runner(FOLLOW),
                stream -> assertThatThrownBy(() -> read(stream, LiveMode.OFF))
                        .isInstanceOf(StreamRequestException.class)
                        .hasMessageContaining("redirect to " + home.url() + "/here"));
    }

    @Test
    void aLoopIsAnError() {
        home.location = home.url() + "/moved";

        run(
                runner(FOLLOW),
                stream -> assertThatThrownBy(() -> read(stream, LiveMode.OFF))
                        .isInstanceOf(StreamRequestException.class)
                        .hasMessageContaining("redirect to " + home.url() + "/moved"));
        assertThat(home.requests).hasSize(6);
    }
}
