package io.durablestreams.server.handler;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

class CreateTest {

    private final TestServer server = new TestServer();

    @Test
    void aNewStreamIsLocatedAndDescribed() {
        StreamResponse response = server.put("/orders")
                .header("Content-Type", "Text/Plain; charset=utf-8")
                .expect(201);

        assertThat(response.headers())
                .containsEntry("Location", "http://streams.example/base/orders")
                .containsEntry("Content-Type", "Text/Plain; charset=utf-8")
                .containsEntry("Stream-Next-Offset", "0000000000000000_0000000000000000")
                .doesNotContainKey("Stream-Closed");
        assertThat(text(response)).isEmpty();
    }

    @Test
    void theLocationHasNoQuery() {
        assertThat(server.put("/orders?x=1").expect(201).headers())
                .containsEntry("Location", "http://streams.example/base/orders");
    }

    @Test
    void theFirstContentIsThereFromTheBeginning() {
        StreamResponse created = server.put("/s").text("hello").expect(201);

        StreamResponse read = server.get("/s").expect(200);
        assertThat(text(read)).isEqualTo("hello");
        assertThat(read.headers())
                .containsEntry(
                        "Stream-Next-Offset", String.valueOf(created.headers().get("Stream-Next-Offset")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[] | []", "[1,2] | [1,2]", "7 | [7]", "[[1,2]] | [[1,2]]", "{\"a\" : 1} | [{\"a\":1}]"})
    void jsonContentIsTakenApart(String body, String content) {
        server.put("/s").json(body).expect(201);

        assertThat(text(server.get("/s").expect(200))).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "1 2", " ", "[1,]"})
    void nothingIsCreatedFromInvalidJson(String body) {
        server.put("/s").json(body).expect(400);

        server.get("/s").expect(404);
    }

    @Test
    void invalidJsonDoesNotMatterWhereTheStreamExists() {
        server.put("/s").json("1").expect(201);

        server.put("/s").json("{").expect(200);
        server.put("/s").json("{").close().expect(409);
        assertThat(text(server.get("/s").expect(200))).isEqualTo("[1]");
    }

    @Test
    void theSameRequestAgainConfirms() {
        server.put("/s").text("first").header("Stream-TTL", "60").expect(201);

        StreamResponse again = server.put("/s")
                .header("Content-Type", "TEXT/plain;x=y")
                .header("Stream-TTL", "60")
                .body("ignored")
                .expect(200);

        assertThat(again.headers())
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("Stream-Next-Offset", "0000000000000000_0000000000000005")
                .doesNotContainKey("Location");
        assertThat(text(server.get("/s").expect(200))).isEqualTo("first");
    }

    @Test
    void anotherConfigurationConflicts() {
        server.put("/s")
                .header("Content-Type", "text/plain")
                .header("Stream-TTL", "60")
                .expect(201);

        for (Map<String, String> other : List.of(
                Map.of("Content-Type", "text/html", "Stream-TTL", "60"),
                Map.of("Content-Type", "text/plain", "Stream-TTL", "61"),
                Map.of("Content-Type", "text/plain"),
                Map.of("Content-Type", "text/plain", "Stream-Expires-At", "2030-01-01T00:00:00Z"),
                Map.of("Content-Type", "text/plain", "Stream-TTL", "60", "Stream-Closed", "true"))) {
            TestRequest request = server.put("/s");
            other.forEach(request::header);
            request.expect(409);
        }
    }

    @Test
    void theClosedStateIsComparedAsItIsNow() {
        server.put("/s").text("x").expect(201);
        server.post("/s").close().expect(204);

        server.put("/s").header("Content-Type", "text/plain").expect(409);
        StreamResponse closed =
                server.put("/s").header("Content-Type", "text/plain").close().expect(200);
        assertThat(closed.headers()).containsEntry("Stream-Closed", "true");
    }

    @Test
    void aStreamCanBeCreatedClosed() {
        StreamResponse response =
                server.put("/s").text("all").header("Stream-Closed", "TRUE").expect(201);

        assertThat(response.headers()).containsEntry("Stream-Closed", "true");
        assertThat(server.get("/s").expect(200).headers()).containsEntry("Stream-Closed", "true");
        server.post("/s").text("more").expect(409);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "1", "yes", ""})
    void onlyTrueCloses(String value) {
        assertThat(server.put("/s").header("Stream-Closed", value).expect(201).headers())
                .doesNotContainKey("Stream-Closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "/", "text/", "text plain/x"})
    void withoutAUsableTypeTheStreamHoldsBytes(String contentType) {
        assertThat(server.put("/s")
                        .header("Content-Type", contentType)
                        .expect(201)
                        .headers())
                .containsEntry("Content-Type", "application/octet-stream");
        server.put("/s").expect(200);
    }

    @Test
    void lifetimesAreCheckedBeforeAnythingIsCreated() {
        server.put("/s").header("Stream-TTL", "1.5").expect(400);
        server.put("/s").header("Stream-Expires-At", "soon").expect(400);
        server.put("/s")
                .header("Stream-TTL", "60")
                .header("Stream-Expires-At", "2030-01-01T00:00:00Z")
                .expect(400);

        server.head("/s").expect(404);
    }

    @Test
    void equalInstantsMatchHoweverTheyAreWritten() {
        server.put("/s").header("Stream-Expires-At", "2030-01-01T12:00:00Z").expect(201);

        server.put("/s")
                .header("Stream-Expires-At", "2030-01-01T14:00:00.000+02:00")
                .expect(200);
    }

    @Test
    void aDeletedStreamCanBeCreatedAgain() {
        server.put("/s").text("old").expect(201);
        server.delete("/s").expect(204);

        server.put("/s").header("Content-Type", "application/json").expect(201);

        assertThat(text(server.get("/s").expect(200))).isEqualTo("[]");
    }
}
