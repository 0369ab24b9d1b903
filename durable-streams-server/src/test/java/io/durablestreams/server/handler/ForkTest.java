package io.durablestreams.server.handler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Forks over requests (protocol §4.2). The contract of stores has the rest. */
class ForkTest {

    private final TestServer server = new TestServer();

    private TestRequest fork(String path) {
        return server.put(path).header("Stream-Forked-From", "/base/source");
    }

    @Test
    void aForkLooksLikeAnyOtherStream() {
        server.create("/source", "application/json; charset=utf-8");
        String tail = server.append("/source", "application/json", "[1,2]");

        StreamResponse created = fork("/fork").json("[3]").expect(201);

        assertThat(created.headers())
                .containsEntry("Location", "http://streams.example/base/fork")
                .containsEntry("Content-Type", "application/json")
                .doesNotContainKeys("Stream-Forked-From", "Stream-Fork-Offset");
        assertThat(text(server.get("/fork").expect(200))).isEqualTo("[1,2,3]");
        assertThat(text(server.get("/fork?offset=" + tail).expect(200))).isEqualTo("[3]");
        assertThat(text(server.get("/source").expect(200))).isEqualTo("[1,2]");
    }

    @Test
    void aForkWithoutATypeHasThatOfItsSource() {
        server.create("/source", "application/json; charset=utf-8");

        assertThat(fork("/fork").expect(201).headers())
                .containsEntry("Content-Type", "application/json; charset=utf-8");
        fork("/other").header("Content-Type", "text/plain").expect(409);
    }

    @Test
    void aSubOffsetCountsMessagesOfAnAppend() {
        String beginning = server.put("/source")
                .json("")
                .header("Content-Type", "application/json")
                .expect(201)
                .headers()
                .get("Stream-Next-Offset");
        server.append("/source", "application/json", "[1,2,3]");

        fork("/fork")
                .header("Stream-Fork-Offset", beginning)
                .header("Stream-Fork-Sub-Offset", "2")
                .expect(201);

        assertThat(text(server.get("/fork").expect(200))).isEqualTo("[1,2]");
        fork("/far")
                .header("Stream-Fork-Offset", beginning)
                .header("Stream-Fork-Sub-Offset", "4")
                .expect(400);
        fork("/tail").header("Stream-Fork-Sub-Offset", "1").expect(400);
    }

    @Test
    void theSameRequestAgainConfirmsAlsoWhenTheSourceIsDeleted() {
        server.put("/source").text("a").header("Stream-TTL", "60").expect(201);
        fork("/fork").expect(201);
        server.delete("/source").expect(204);

        fork("/fork").expect(200);
        fork("/fork")
                .header("Content-Type", "text/plain")
                .header("Stream-TTL", "60")
                .expect(200);
        fork("/fork").header("Stream-Fork-Sub-Offset", "0").expect(200);
        fork("/new").expect(409);
        server.put("/source").expect(409);
        server.get("/source").expect(410);
    }

    @Test
    void anotherRequestIsAConflict() {
        String beginning = server.put("/source").text("a").expect(201).headers().get("Stream-Next-Offset");
        server.append("/source", "text/plain", "b");
        server.create("/another", "text/plain");
        fork("/fork").header("Stream-Fork-Offset", beginning).expect(201);

        fork("/fork").expect(200);
        fork("/fork").header("Stream-Fork-Offset", beginning).expect(200);
        fork("/fork").header("Stream-Fork-Sub-Offset", "1").expect(409);
        fork("/fork").header("Stream-TTL", "60").expect(409);
        fork("/fork").close().expect(409);
        server.put("/fork").header("Stream-Forked-From", "/base/another").expect(409);
        server.put("/fork").header("Content-Type", "text/plain").expect(409);
        fork("/another").expect(409);
    }

    @Test
    void aSourceThatIsAbsentCannotBeForked() {
        fork("/fork").expect(404);

        server.head("/fork").expect(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "source",
                "/source",
                "/base",
                "/base/",
                "/base/__ds/x",
                "/base/../source",
                "http://x/base/source",
                ""
            })
    void aSourceThatIsNoPathOfAStreamIsRefused(String source) {
        server.create("/source", "text/plain");

        StreamResponse refusal =
                server.put("/fork").header("Stream-Forked-From", source).expect(400);

        assertThat(text(refusal)).contains("'");
    }

    @ParameterizedTest
    @CsvSource({
        "Stream-Fork-Offset, -1",
        "Stream-Fork-Offset, now",
        "Stream-Fork-Offset, 'a,b'",
        "Stream-Fork-Offset, 0000000000000000_0000000000000099",
        "Stream-Fork-Sub-Offset, -1",
        "Stream-Fork-Sub-Offset, 01",
        "Stream-Fork-Sub-Offset, x",
        "Stream-Fork-Sub-Offset, 9999999999999999999"
    })
    void whatIsNoPositionIsRefused(String header, String value) {
        server.create("/source", "text/plain");

        fork("/fork").header(header, value).expect(400);

        server.head("/fork").expect(404);
    }

    @Test
    void aSubOffsetNeedsASource() {
        assertThat(text(server.put("/fork")
                        .header("Stream-Fork-Sub-Offset", "0")
                        .expect(400)))
                .contains("Stream-Forked-From");
    }

    @Test
    void invalidContentLeavesNoForkBehind() {
        server.create("/source", "application/json");

        fork("/fork").header("Content-Type", "application/json").body("{").expect(400);
        server.delete("/source").expect(204);

        server.get("/source").expect(404);
    }

    @Test
    void escapesInThePathOfTheSourceAreResolved() {
        server.create("/so%20urce", "text/plain");

        server.put("/fork").header("Stream-Forked-From", "/base/s%6F%20urce").expect(201);
    }
}
