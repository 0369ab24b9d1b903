package io.durablestreams.server;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.server.handler.ServerSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** What is on the wire, for each operation. */
class HttpTest extends HttpFixture {

    @Override
    ServerSettings settings() {
        return ServerSettings.DEFAULT.withMaxRequestBytes(1 << 20);
    }

    @Override
    String basePath() {
        return "/v1/stream/";
    }

    @Test
    void aPreflightRequestIsAnsweredByTheHandler() throws Exception {
        HttpRequest preflight = HttpRequest.newBuilder(URI.create(server.url() + "/orders"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://example.com")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "if-none-match")
                .build();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(preflight, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(header(answer, "Access-Control-Allow-Headers")).contains("If-None-Match");
    }

    @Test
    void aStreamLivesThroughAllOperations() throws Exception {
        HttpResponse<String> created = put("/orders/2026", "text/plain", "a");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(header(created, "Location")).isEqualTo(server.url() + "/orders/2026");
        assertThat(header(created, "Content-Type")).isEqualTo("text/plain");
        assertThat(put("/orders/2026", "text/plain", "").statusCode()).isEqualTo(200);

        HttpResponse<String> appended = post("/orders/2026", "text/plain", "b");
        assertThat(appended.statusCode()).isEqualTo(204);
        assertThat(appended.headers().map()).doesNotContainKeys("content-type", "transfer-encoding");

        HttpResponse<String> read = get("/orders/2026?offset=-1");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).isEqualTo("ab");
        assertThat(header(read, "Content-Length")).isEqualTo("2");
        assertThat(header(read, "Stream-Next-Offset")).isEqualTo(header(appended, "Stream-Next-Offset"));
        assertThat(send(request("/orders/2026?offset=-1")
                                .header("If-None-Match", header(read, "ETag"))
                                .GET())
                        .statusCode())
                .isEqualTo(304);

        HttpResponse<String> head = send(request("/orders/2026").method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Stream-Next-Offset")).isEqualTo(header(appended, "Stream-Next-Offset"));
        assertThat(head.body()).isEmpty();

        HttpResponse<String> closed =
                send(request("/orders/2026").header("Stream-Closed", "true").POST(BodyPublishers.noBody()));
        assertThat(closed.statusCode()).isEqualTo(204);
        assertThat(header(closed, "Stream-Closed")).isEqualTo("true");
        assertThat(send(request("/orders/2026").DELETE()).statusCode()).isEqualTo(204);
        assertThat(get("/orders/2026").statusCode()).isEqualTo(404);
    }

    @Test
    void answersWithoutContentHaveNoLengthAndEmptyContentHasLengthZero() {
        put("/s", "text/plain", "");

        HttpResponse<String> empty = get("/s");
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(header(empty, "Content-Length")).isEqualTo("0");
        HttpResponse<String> options = send(request("/s").method("OPTIONS", BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().map()).doesNotContainKey("transfer-encoding");
    }

    @Test
    void everyAnswerCarriesTheHeadersForBrowsersOverTheWire() {
        put("/s", "text/plain", "");
        for (HttpResponse<?> response : List.of(
                get("/s"),
                get("/absent"),
                post("/s", "text/html", "x"),
                get("/__ds/x"),
                send(request("/s").method("PATCH", BodyPublishers.noBody())))) {
            assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/caf%C3%A9", "/a%2Fb", "/a%20b", "/a;b=c", "/a+b", "/a//b", "/a:b@c,d", "/%25", "/a%3Fb"})
    void pathsOfAllKindsNameStreams(String path) {
        HttpResponse<String> created = put(path, "text/plain", "x");
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(header(created, "Location")).isEqualTo(server.url() + path);

        assertThat(get(path).body()).isEqualTo("x");
        assertThat(get("/a").statusCode()).isEqualTo(404);
        assertThat(get("/a/b").statusCode()).isEqualTo(404);
    }

    @Test
    void pathsOutsideOfTheBasePathAreNotServed() {
        String origin = server.url().toString().replace("/v1/stream", "");
        for (String path : List.of("/", "/v1", "/v1/stream", "/v1/streams/x", "/x")) {
            assertThat(send(HttpRequest.newBuilder(URI.create(origin + path)).PUT(BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void theLocationIsWhereTheProxyIs() {
        HttpResponse<String> created = send(request("/s")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Host", "streams.example")
                .PUT(BodyPublishers.noBody()));

        assertThat(header(created, "Location")).isEqualTo("https://streams.example/v1/stream/s");
    }

    @Test
    void bytesSurviveTheWire() throws Exception {
        byte[] all = new byte[100_000];
        new Random(1).nextBytes(all);
        put("/bytes", "application/octet-stream", "");
        assertThat(send(request("/bytes")
                                .header("Content-Type", "application/octet-stream")
                                .POST(BodyPublishers.ofByteArray(all)))
                        .statusCode())
                .isEqualTo(204);

        HttpResponse<byte[]> read = http.send(request("/bytes").GET().build(), BodyHandlers.ofByteArray());

        assertThat(read.body()).isEqualTo(all);
    }

    @Test
    void aBodyWithoutLengthIsTakenToo() {
        assertThat(send(request("/s")
                                .header("Content-Type", "text/plain")
                                .PUT(BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream("chunked".getBytes()))))
                        .statusCode())
                .isEqualTo(201);

        assertThat(get("/s").body()).isEqualTo("chunked");
    }

    @Test
    void aBodyThatIsTooLargeIs413AndTheServerLivesOn() {
        put("/s", "text/plain", "");
        byte[] tooLarge = new byte[(1 << 20) + 1];

        HttpResponse<String> refused =
                send(request("/s").header("Content-Type", "text/plain").POST(BodyPublishers.ofByteArray(tooLarge)));

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("1048576");
        assertThat(header(refused, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(get("/s").body()).isEmpty();
    }

    @Test
    void aLongPollIsAnsweredWhenDataArrives() throws Exception {
        put("/s", "text/plain", "");
        CompletableFuture<HttpResponse<String>> waiting =
                sendLater(request("/s?live=long-poll&offset=-1").GET());
        awaitLiveReads(1);

        post("/s", "text/plain", "x");

        HttpResponse<String> response = waiting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("x");
        assertThat(handler.liveReads()).isZero();
    }

    @Test
    void eachEventArrivesWhenItIsWritten() throws Exception {
        put("/s", "application/json", "");
        HttpResponse<Stream<String>> response =
                lines("/s?live=sse&offset=-1").get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(header(response, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(header(response, "Transfer-Encoding")).isEqualTo("chunked");
        Iterator<String> lines = response.body().iterator();
        assertThat(lines.next()).isEqualTo("event: control");
        assertThat(lines.next()).contains("\"upToDate\":true");
        assertThat(lines.next()).isEmpty();

        for (int i = 0; i < 3; i++) {
            post("/s", "application/json", "[" + i + "]");
            assertThat(lines.next()).isEqualTo("event: data");
            assertThat(lines.next()).isEqualTo("data:[" + i + "]");
            assertThat(lines.next()).isEmpty();
            assertThat(lines.next()).isEqualTo("event: control");
            assertThat(lines.next()).contains("\"upToDate\":true");
            assertThat(lines.next()).isEmpty();
        }
        send(request("/s").header("Stream-Closed", "true").POST(BodyPublishers.noBody()));
        assertThat(lines.next()).isEqualTo("event: control");
        assertThat(lines.next()).contains("\"streamClosed\":true");
        assertThat(lines.next()).isEmpty();
        assertThat(lines.hasNext()).isFalse();
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws Exception {
        put("/s", "text/plain", "");
        CompletableFuture<?> poll =
                sendLater(request("/s?live=long-poll&offset=-1").GET());
        HttpResponse<Stream<String>> events = lines("/s?live=sse&offset=-1").get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        awaitLiveReads(2);

        poll.cancel(true);
        awaitLiveReads(1);
        events.body().close();
        awaitLiveReads(0);
    }
}
