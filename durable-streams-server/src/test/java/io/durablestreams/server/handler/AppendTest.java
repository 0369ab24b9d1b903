package io.durablestreams.server.handler;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

class AppendTest {

    private static final String TAIL_OF_ONE = "0000000000000000_0000000000000001";

    private final TestServer server = new TestServer();

    @BeforeEach
    void createStreams() {
        server.create("/text", "text/plain");
        server.create("/json", "application/json");
    }

    @Test
    void anAppendAnswersWithTheNewTail() {
        StreamResponse response = server.post("/text").text("a").expect(204);

        assertThat(response.headers())
                .containsEntry("Stream-Next-Offset", TAIL_OF_ONE)
                .doesNotContainKeys("Stream-Closed", "Producer-Epoch", "Producer-Seq");
    }

    @Test
    void jsonIsFlattenedByOneLevel() {
        server.post("/json").json("[[1, 2], [3]]").expect(204);
        server.post("/json").json("[[[4]]]").expect(204);
        server.post("/json").json(" {\"b\": 1.0, \"a\": 12345678901234567890} ").expect(204);

        assertThat(text(server.get("/json").expect(200)))
                .isEqualTo("[[1,2],[3],[[4]],{\"b\":1.0,\"a\":12345678901234567890}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "1 2", "   ", "\"x", "nul"})
    void whatIsNoJsonMessageIsRefused(String body) {
        server.post("/json").json(body).expect(400);

        assertThat(text(server.get("/json").expect(200))).isEqualTo("[]");
    }

    @Test
    void anEmptyBodyOrAMissingTypeIsRefused() {
        server.post("/text").header("Content-Type", "text/plain").expect(400);
        server.post("/text").body("x").expect(400);
        server.post("/text").header("Content-Type", "").body("x").expect(400);
    }

    @Test
    void theStreamHasToExistBeforeAnythingElseMatters() {
        server.post("/absent").expect(404);
        server.post("/absent").text("x").expect(404);
        server.post("/absent").json("{").producer("p", 0, 5).expect(404);
    }

    @Test
    void typesAreComparedWithoutLetterCaseAndParameters() {
        server.post("/text")
                .header("Content-Type", "TEXT/plain; charset=utf-8")
                .body("x")
                .expect(204);

        StreamResponse refused = server.post("/text").json("1").expect(409);

        assertThat(refused.headers())
                .doesNotContainKeys("Stream-Closed", "Producer-Expected-Seq", "Stream-Next-Offset");
        assertThat(text(refused)).contains("text/plain").contains("application/json");
    }

    @ParameterizedTest
    @CsvSource({"b, b, 409", "b, a, 409", "b, c, 204", "2, 10, 409", "09, 10, 204", "a, B, 409"})
    void streamSeqHasToGrow(String first, String second, int status) {
        server.post("/text").header("Stream-Seq", first).text("1").expect(204);

        StreamResponse response =
                server.post("/text").header("Stream-Seq", second).text("2").expect(status);

        assertThat(response.headers()).doesNotContainKeys("Stream-Closed", "Producer-Expected-Seq", "Stream-Seq");
    }

    @Test
    void theLastAppendCanCloseTheStream() {
        StreamResponse response = server.post("/text").text("z").close().expect(204);

        assertThat(response.headers())
                .containsEntry("Stream-Closed", "true")
                .containsEntry("Stream-Next-Offset", TAIL_OF_ONE);
        assertThat(text(server.get("/text").expect(200))).isEqualTo("z");
    }

    @Test
    void closingIsIdempotentAndIgnoresTheType() {
        server.post("/text").text("a").expect(204);
        for (int i = 0; i < 2; i++) {
            StreamResponse response = server.post("/text")
                    .header("Content-Type", "image/png")
                    .header("Stream-Closed", "True")
                    .expect(204);
            assertThat(response.headers())
                    .containsEntry("Stream-Closed", "true")
                    .containsEntry("Stream-Next-Offset", TAIL_OF_ONE);
        }
    }

    @Test
    void aClosedStreamRefusesEverythingElse() {
        server.post("/text").text("a").close().expect(204);

        for (TestRequest request : List.of(
                server.post("/text").text("b"),
                server.post("/text").json("1"),
                server.post("/text").text("b").close(),
                server.post("/text").text("b").producer("p", 0, 0),
                server.post("/text").close().producer("p", 0, 0))) {
            StreamResponse refused = request.expect(409);
            assertThat(refused.headers())
                    .containsEntry("Stream-Closed", "true")
                    .containsEntry("Stream-Next-Offset", TAIL_OF_ONE);
        }
        server.post("/text").header("Content-Type", "text/plain").expect(400);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedAsSoonAsThatIsKnown() {
        TestServer small = new TestServer(ServerSettings.DEFAULT.withMaxRequestBytes(10));
        small.create("/s", "text/plain");
        small.post("/s").text("0123456789").expect(204);

        StreamResponse refused = small.post("/s").text("0123456789x").expect(413);

        assertThat(text(refused)).contains("10 bytes");
        small.put("/t").text("0123456789x").expect(413);
        assertThat(text(small.get("/s").expect(200))).isEqualTo("0123456789");
    }

    @Test
    void aBodyInPiecesIsOneAppend() {
        server.post("/text")
                .header("Content-Type", "text/plain")
                .body(Flux.just("ab", "", "cd", "e").map(String::getBytes))
                .expect(204);

        assertThat(text(server.get("/text").expect(200))).isEqualTo("abcde");
    }
}
