package io.durablestreams.server.handler;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

/** The answers of the producer table of the protocol (§5.2.1). */
class ProducerAppendTest {

    private final TestServer server = new TestServer();

    @BeforeEach
    void createStream() {
        server.create("/s", "text/plain");
    }

    @Test
    void anAcceptedAppendIs200AndEchoed() {
        assertThat(append(0, 0, "a", 200).headers())
                .containsAllEntriesOf(Map.of(
                        "Producer-Epoch", "0",
                        "Producer-Seq", "0",
                        "Stream-Next-Offset", "0000000000000000_0000000000000001"))
                .doesNotContainKey("Stream-Closed");
        assertThat(append(0, 1, "b", 200).headers()).containsEntry("Producer-Seq", "1");
        assertThat(append(4, 0, "c", 200).headers())
                .containsEntry("Producer-Epoch", "4")
                .containsEntry("Producer-Seq", "0");
        assertThat(content()).isEqualTo("abc");
    }

    @Test
    void aDuplicateIs204WithTheHighestNumberAndNoTail() {
        append(0, 0, "a", 200);
        append(0, 1, "b", 200);

        assertThat(append(0, 0, "other bytes", 204).headers())
                .containsEntry("Producer-Epoch", "0")
                .containsEntry("Producer-Seq", "1")
                .doesNotContainKeys("Stream-Next-Offset", "Stream-Closed");
        assertThat(content()).isEqualTo("ab");
    }

    @Test
    void aStaleEpochIs403WithTheCurrentOne() {
        append(3, 0, "a", 200);

        assertThat(append(2, 1, "b", 403).headers())
                .containsEntry("Producer-Epoch", "3")
                .doesNotContainKey("Producer-Seq");
    }

    @Test
    void aGapIs409WithBothNumbers() {
        assertThat(append(0, 7, "x", 409).headers())
                .containsEntry("Producer-Expected-Seq", "0")
                .containsEntry("Producer-Received-Seq", "7")
                .doesNotContainKey("Stream-Closed");
        append(0, 0, "a", 200);
        assertThat(append(0, 2, "c", 409).headers())
                .containsEntry("Producer-Expected-Seq", "1")
                .containsEntry("Producer-Received-Seq", "2");
        assertThat(content()).isEqualTo("a");
    }

    @Test
    void aNewEpochThatDoesNotBeginAtZeroIs400() {
        append(0, 0, "a", 200);

        assertThat(append(1, 1, "b", 400).headers()).doesNotContainKeys("Producer-Epoch", "Producer-Expected-Seq");
    }

    @Test
    void aRefusedNumberCanBeUsedAgain() {
        server.create("/json", "application/json");
        server.post("/json").json("{").producer("p", 0, 0).expect(400);
        server.post("/json")
                .json("1")
                .producer("p", 0, 0)
                .header("Stream-Seq", "m")
                .expect(200);
        server.post("/json")
                .json("2")
                .producer("p", 0, 1)
                .header("Stream-Seq", "a")
                .expect(409);

        server.post("/json")
                .json("2")
                .producer("p", 0, 1)
                .header("Stream-Seq", "n")
                .expect(200);
        server.post("/json")
                .json("2")
                .producer("p", 0, 1)
                .header("Stream-Seq", "n")
                .expect(204);
        assertThat(text(server.get("/json").expect(200))).isEqualTo("[1,2]");
    }

    @ParameterizedTest
    @CsvSource({"p,0,", "p,,0", ",0,0", "'',0,0", "p,-1,0", "p,0,1.5", "p,x,0", "p,0,9007199254740992"})
    void headersThatSayNothingAre400BeforeTheStreamIsLookedFor(String id, String epoch, String seq) {
        TestRequest request = server.post("/absent").text("a");
        if (id != null) {
            request.header("Producer-Id", id);
        }
        if (epoch != null) {
            request.header("Producer-Epoch", epoch);
        }
        if (seq != null) {
            request.header("Producer-Seq", seq);
        }
        request.expect(400);
    }

    @Test
    void aCloseWithoutBodyIs204AndCountsAsAnAppend() {
        append(0, 0, "a", 200);

        StreamResponse closed = server.post("/s").close().producer("p", 0, 1).expect(204);

        assertThat(closed.headers())
                .containsEntry("Stream-Closed", "true")
                .containsEntry("Producer-Epoch", "0")
                .containsEntry("Producer-Seq", "1")
                .containsEntry("Stream-Next-Offset", "0000000000000000_0000000000000001");
    }

    @Test
    void aCloseUnderAUsedNumberIsADuplicateAndTheStreamStaysOpen() {
        append(0, 0, "a", 200);

        StreamResponse duplicate = server.post("/s").close().producer("p", 0, 0).expect(204);

        assertThat(duplicate.headers()).doesNotContainKey("Stream-Closed").containsEntry("Producer-Seq", "0");
        append(0, 1, "b", 200);
    }

    @Test
    void theClosingAppendCanBeRepeatedWithAnyBody() {
        append(0, 0, "a", 200);
        assertThat(server.post("/s")
                        .text("z")
                        .close()
                        .producer("p", 0, 1)
                        .expect(200)
                        .headers())
                .containsEntry("Stream-Closed", "true");

        for (TestRequest again : List.of(
                server.post("/s").text("z").close().producer("p", 0, 1),
                server.post("/s").text("other").close().producer("p", 0, 1),
                server.post("/s").close().producer("p", 0, 1),
                server.post("/s").text("z").producer("p", 0, 1))) {
            assertThat(again.expect(204).headers())
                    .containsEntry("Stream-Closed", "true")
                    .containsEntry("Producer-Epoch", "0")
                    .containsEntry("Producer-Seq", "1")
                    .containsEntry("Stream-Next-Offset", "0000000000000000_0000000000000002");
        }
        assertThat(append(0, 0, "a", 409).headers()).containsEntry("Stream-Closed", "true");
        assertThat(append(0, 2, "b", 409).headers())
                .containsEntry("Stream-Closed", "true")
                .doesNotContainKey("Producer-Expected-Seq");
        assertThat(content()).isEqualTo("az");
    }

    @Test
    void aProducerIsUnknownAfterTheStreamWasCreatedAgain() {
        append(5, 0, "a", 200);
        server.delete("/s").expect(204);
        server.create("/s", "text/plain");

        append(5, 1, "b", 409);
        append(0, 0, "c", 200);
    }

    private StreamResponse append(long epoch, long seq, String body, int status) {
        return server.post("/s").text(body).producer("p", epoch, seq).expect(status);
    }

    private String content() {
        return text(server.get("/s").expect(200));
    }
}
