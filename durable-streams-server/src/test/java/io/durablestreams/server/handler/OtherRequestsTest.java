package io.durablestreams.server.handler;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.server.store.AppendResult;
import io.durablestreams.server.store.CreateResult;
import io.durablestreams.server.store.OffsetGoneException;
import io.durablestreams.server.store.StreamAppend;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.StreamDeletedException;
import io.durablestreams.server.store.StreamInfo;
import io.durablestreams.server.store.StreamPage;
import io.durablestreams.server.store.StreamStore;

import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

class OtherRequestsTest {

    private final TestServer server = new TestServer();

    @Test
    void headDescribesWithoutContent() {
        server.put("/s").text("hello").header("Stream-TTL", "3600").expect(201);

        StreamResponse response = server.head("/s").expect(200);

        assertThat(response.body()).isInstanceOf(StreamResponse.Empty.class);
        assertThat(response.headers())
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("Stream-Next-Offset", "0000000000000000_0000000000000005")
                .containsEntry("Stream-TTL", "3600")
                .containsEntry("Cache-Control", "no-store")
                .doesNotContainKeys("Stream-Closed", "Stream-Expires-At");
        server.head("/absent").expect(404);
    }

    @Test
    void headTellsExpiryAndClose() {
        server.put("/s")
                .header("Stream-Expires-At", "2030-01-01T12:00:00+02:00")
                .close()
                .expect(201);

        assertThat(server.head("/s").expect(200).headers())
                .containsEntry("Stream-Closed", "true")
                .containsEntry("Stream-Expires-At", "2030-01-01T10:00:00Z")
                .doesNotContainKey("Stream-TTL");
    }

    @Test
    void headShowsTheConfiguredTtlAndNotWhatIsLeftOfIt() {
        server.put("/s").header("Stream-TTL", "60").expect(201);
        server.advance(Duration.ofSeconds(40));

        assertThat(server.head("/s").expect(200).headers()).containsEntry("Stream-TTL", "60");
    }

    @Test
    void deleteIsForGood() {
        server.create("/s", "text/plain");

        server.delete("/s").expect(204);

        server.delete("/s").expect(404);
        server.get("/s").expect(404);
        server.post("/s").text("x").expect(404);
    }

    @Test
    void optionsIs204WhereverTheStreamIs() {
        server.request("OPTIONS", "/").expect(204);
        assertThat(server.request("OPTIONS", "/s").expect(204).headers())
                .containsEntry("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "TRACE", "QUERY"})
    void otherMethodsAre405(String method) {
        server.create("/s", "text/plain");

        assertThat(server.request(method, "/s").expect(405).headers())
                .containsEntry("Allow", "GET, POST, PUT, DELETE, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/__ds", "/__ds/jwks.json", "/__ds/subscriptions/x", "/%5F_ds/x", "/"})
    void pathsOfTheProtocolAreNoStreams(String path) {
        for (String method : List.of("PUT", "POST", "GET", "HEAD", "DELETE")) {
            server.request(method, path).expect(404);
        }
    }

    @Test
    void pathsWithDotsAre400() {
        server.put("/a/%2e%2e/b").expect(400);
        server.get("/..").expect(400);
    }

    @Test
    void oneStreamHasOneNameHoweverItIsEscaped() {
        server.create("/caf%c3%a9/%6Frders", "text/plain");

        server.head("/caf%C3%A9/orders").expect(200);
        server.head("/caf%C3%A9%2Forders").expect(404);
    }

    @Test
    void everyAnswerCarriesTheHeadersForBrowsers() {
        server.create("/s", "text/plain");
        List<StreamResponse> answers = List.of(
                server.put("/s").header("Content-Type", "text/plain").answer(),
                server.put("/t").answer(),
                server.post("/s").text("x").answer(),
                server.get("/s").answer(),
                server.get("/s?live=sse&offset=-1").answer(),
                server.get("/s?live=long-poll&offset=-1").answer(),
                server.head("/s").answer(),
                server.post("/s").answer(),
                server.post("/s").json("1").answer(),
                server.get("/absent").answer(),
                server.request("PATCH", "/s").answer(),
                server.request("OPTIONS", "/s").answer(),
                server.get("/__ds/x").answer(),
                server.get("/../x").answer(),
                server.delete("/s").answer());

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.headers())
                        .containsEntry("X-Content-Type-Options", "nosniff")
                        .containsEntry("Cross-Origin-Resource-Policy", "cross-origin")
                        .containsEntry("Access-Control-Allow-Origin", "*")
                        .hasEntrySatisfying(
                                "Access-Control-Allow-Headers",
                                names -> assertThat(names).contains("If-None-Match", "Producer-Id", "Stream-Seq"))
                        .hasEntrySatisfying(
                                "Access-Control-Expose-Headers",
                                names -> assertThat(names)
                                        .contains("Stream-Next-Offset", "ETag", "Producer-Expected-Seq")));
    }

    @Test
    void corsCanBeLeftToSomethingInFront() {
        TestServer without = new TestServer(ServerSettings.DEFAULT.withCors(false));

        assertThat(without.put("/s").expect(201).headers())
                .containsEntry("X-Content-Type-Options", "nosniff")
                .doesNotContainKeys("Access-Control-Allow-Origin", "Access-Control-Expose-Headers");
    }

    @Test
    void refusalsAreNotCachedAndExplainThemselves() {
        StreamResponse response = server.get("/absent").expect(404);

        assertThat(response.headers())
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Content-Type", "text/plain;charset=UTF-8");
        assertThat(text(response)).isEqualTo("There is no stream at /absent\n");
    }

    @Test
    void aStreamOfWhichOnlyForksAreLeftIsGoneAndItsPathTaken() {
        TestServer broken = new TestServer(new FailingStore(new StreamDeletedException("/s")));

        broken.get("/s").expect(410);
        broken.head("/s").expect(410);
        broken.post("/s").text("x").expect(410);
        broken.delete("/s").expect(410);
        broken.put("/s").expect(409);
    }

    @Test
    void anOffsetThatIsNoLongerKeptIsGone() {
        TestServer trimmed = new TestServer(new FailingStore(new OffsetGoneException("/s", Offset.BEGINNING)));

        trimmed.get("/s").expect(410);
    }

    @Test
    void aFailureOfTheStoreIs500AndKeepsItsSecrets() {
        TestServer broken = new TestServer(new FailingStore(new IllegalStateException("disk 7 at /mnt")));

        StreamResponse response = broken.get("/s").expect(500);

        assertThat(text(response)).doesNotContain("disk 7");
        broken.put("/s").expect(500);
        broken.post("/s").text("x").expect(500);
    }

    /** A store that answers everything with one error. */
    private record FailingStore(RuntimeException failure) implements StreamStore {

        @Override
        public Mono<CreateResult> create(String path, StreamCreation creation) {
            return Mono.error(failure);
        }

        @Override
        public Mono<AppendResult> append(String path, StreamAppend append) {
            return Mono.error(failure);
        }

        @Override
        public Mono<StreamPage> read(String path, Offset offset, int maxBytes) {
            return Mono.error(failure);
        }

        @Override
        public Mono<StreamInfo> info(String path) {
            return Mono.error(failure);
        }

        @Override
        public Mono<Void> delete(String path) {
            return Mono.error(failure);
        }

        @Override
        public Disposable watch(String path, Runnable listener) {
            return () -> {};
        }
    }
}
