package io.durablestreams.server.handler;

import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

class CatchUpReadTest {

    private final TestServer server = new TestServer();

    @BeforeEach
    void createStreams() {
        server.create("/text", "text/plain");
        server.create("/json", "application/json;x=y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/text", "/text?offset=-1", "/text?unknown=1", "/text?live=&offset=-1", "/text?live=x"})
    void readsFromTheBeginning(String url) {
        String tail = server.append("/text", "text/plain", "hello");

        StreamResponse response = server.get(url).expect(200);

        assertThat(text(response)).isEqualTo("hello");
        assertThat(response.headers())
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("Stream-Next-Offset", tail)
                .containsEntry("Stream-Up-To-Date", "true")
                .containsEntry("Cache-Control", "public, max-age=60, stale-while-revalidate=300")
                .containsKey("ETag")
                .doesNotContainKeys("Stream-Closed", "Stream-Cursor");
    }

    @Test
    void readsOnFromAnOffset() {
        String tail = server.append("/text", "text/plain", "one");
        server.append("/text", "text/plain", "two");

        StreamResponse rest = server.get("/text?offset=" + tail).expect(200);
        assertThat(text(rest)).isEqualTo("two");

        StreamResponse nothing = server.get("/text?offset=" + offsetOf(rest)).expect(200);
        assertThat(text(nothing)).isEmpty();
        assertThat(nothing.headers())
                .containsEntry("Stream-Up-To-Date", "true")
                .containsEntry("Stream-Next-Offset", offsetOf(rest));
    }

    @Test
    void jsonIsAlwaysAnArray() {
        StreamResponse empty = server.get("/json").expect(200);
        assertThat(text(empty)).isEqualTo("[]");
        assertThat(empty.headers()).containsEntry("Content-Type", "application/json;x=y");
        server.append("/json", "application/json", "[1,\"two\"]");
        server.append("/json", "application/json", "{}");

        assertThat(text(server.get("/json").expect(200))).isEqualTo("[1,\"two\",{}]");
        assertThat(text(server.get("/json?offset=now").expect(200))).isEqualTo("[]");
    }

    @Test
    void nowIsTheTailWithoutDataAndIsNotCached() {
        String tail = server.append("/text", "text/plain", "history");

        StreamResponse response = server.get("/text?offset=now").expect(200);

        assertThat(text(response)).isEmpty();
        assertThat(response.headers())
                .containsEntry("Stream-Next-Offset", tail)
                .containsEntry("Stream-Up-To-Date", "true")
                .containsEntry("Cache-Control", "no-store")
                .doesNotContainKey("ETag");
    }

    @Test
    void anAnswerIsCutIntoPagesAndSaysSo() {
        TestServer paging = new TestServer(ServerSettings.DEFAULT.withMaxPageBytes(10));
        paging.create("/s", "text/plain");
        paging.append("/s", "text/plain", "aaaaaa");
        paging.append("/s", "text/plain", "bbbb");
        paging.append("/s", "text/plain", "cc");
        paging.post("/s").close().expect(204);

        StreamResponse first = paging.get("/s").expect(200);
        assertThat(text(first)).isEqualTo("aaaaaabbbb");
        assertThat(first.headers()).doesNotContainKeys("Stream-Up-To-Date", "Stream-Closed");

        StreamResponse second = paging.get("/s?offset=" + offsetOf(first)).expect(200);
        assertThat(text(second)).isEqualTo("cc");
        assertThat(second.headers()).containsEntry("Stream-Up-To-Date", "true").containsEntry("Stream-Closed", "true");
    }

    @Test
    void theEndOfAClosedStreamIsToldWhereTheReaderReachesIt() {
        String tail = server.append("/text", "text/plain", "x");
        server.post("/text").close().expect(204);

        for (String url : List.of("/text", "/text?offset=" + tail, "/text?offset=now")) {
            assertThat(server.get(url).expect(200).headers())
                    .containsEntry("Stream-Closed", "true")
                    .containsEntry("Stream-Up-To-Date", "true")
                    .containsEntry("Stream-Next-Offset", tail);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offset=",
                "offset",
                "offset=-1&offset=-1",
                "offset=0",
                "offset=abc",
                "offset=1,2",
                "offset=a%20b",
                "offset=..%2F..",
                "offset=%00",
                "offset=%EF%BC%91",
                "offset=+",
                "offset=%25zz",
                "live=long-poll",
                "live=sse",
                "live=sse&offset="
            })
    void whatIsNoOffsetIs400(String query) {
        server.get("/text?" + query).expect(400);
    }

    @Test
    void anAbsentStreamIs404InEveryMode() {
        for (String query : List.of("", "?offset=now", "?live=long-poll&offset=-1", "?live=sse&offset=now")) {
            StreamResponse response = server.get("/absent" + query).expect(404);
            assertThat(text(response)).contains("/absent");
        }
    }

    @Test
    void anEntityTagThatIsKnownIs304WithoutBody() {
        server.append("/text", "text/plain", "x");
        String etag = etagOf(server.get("/text").expect(200));

        StreamResponse response =
                server.get("/text").header("If-None-Match", "\"y\", W/" + etag).expect(304);

        assertThat(response.body()).isInstanceOf(StreamResponse.Empty.class);
        assertThat(response.headers()).containsEntry("ETag", etag).doesNotContainKey("Stream-Next-Offset");
        server.get("/text").header("If-None-Match", "\"y\"").expect(200);
    }

    @Test
    void theEntityTagChangesWithContentRangeCloseAndIncarnation() {
        String tail = server.append("/text", "text/plain", "x");
        String one = etagOf(server.get("/text").expect(200));
        String fromTail = etagOf(server.get("/text?offset=" + tail).expect(200));
        server.append("/text", "text/plain", "y");
        String two = etagOf(server.get("/text").expect(200));
        server.post("/text").close().expect(204);
        String closed = etagOf(server.get("/text").expect(200));
        server.delete("/text").expect(204);
        server.put("/text").text("xy").close().expect(201);
        String again = etagOf(server.get("/text").expect(200));

        assertThat(List.of(one, fromTail, two, closed, again))
                .doesNotHaveDuplicates()
                .allMatch(etag -> etag.matches("\"[^\",]+\""));
    }

    @Test
    void bytesComeBackAsTheyWereSent() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        server.create("/bytes", "application/x-whatever");
        server.post("/bytes")
                .header("Content-Type", "application/x-whatever")
                .body(Flux.just(all))
                .expect(204);

        StreamResponse response = server.get("/bytes").expect(200);

        assertThat(((StreamResponse.Content) response.body()).bytes()).isEqualTo(all);
    }

    private static String offsetOf(StreamResponse response) {
        return Objects.requireNonNull(response.headers().get("Stream-Next-Offset"));
    }

    private static String etagOf(StreamResponse response) {
        return Objects.requireNonNull(response.headers().get("ETag"));
    }
}
