package io.durablestreams.server.handler;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static io.durablestreams.server.handler.TestServer.TIMEOUT;
import static io.durablestreams.server.handler.TestServer.events;
import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

class ExpiryTest {

    private final TestServer server = new TestServer();

    @Test
    void aStreamThatNobodyUsesExpires() {
        createWithTtl(10);
        server.advance(Duration.ofSeconds(10));

        server.get("/s").expect(404);
        server.head("/s").expect(404);
        server.post("/s").text("x").expect(404);
        server.delete("/s").expect(404);
        server.put("/s").json("1").expect(201);
        assertThat(text(server.get("/s").expect(200))).isEqualTo("[1]");
    }

    @Test
    void aLiveReadDoesNotBringBackWhatHasExpired() {
        createWithTtl(10);
        server.advance(Duration.ofSeconds(10));

        server.get("/s?live=long-poll&offset=-1").expect(404);
        server.get("/s?live=sse&offset=-1").expect(404);
    }

    @Test
    void everyReadAndAcceptedWriteIsAUse() {
        createWithTtl(10);
        String etag = String.valueOf(server.get("/s").expect(200).headers().get("ETag"));

        useAfterNineSeconds(server.get("/s"), 200);
        useAfterNineSeconds(server.get("/s").header("If-None-Match", etag), 304);
        useAfterNineSeconds(server.get("/s?offset=now"), 200);
        useAfterNineSeconds(server.post("/s").text("a"), 204);
        useAfterNineSeconds(server.get("/s?live=long-poll&offset=-1"), 200);
        useAfterNineSeconds(server.get("/s?live=sse&offset=-1"), 200);
        useAfterNineSeconds(server.post("/s").text("b").producer("p", 0, 0), 200);
        useAfterNineSeconds(server.post("/s").close().producer("p", 0, 1), 204);
        server.advance(Duration.ofSeconds(9));
        server.head("/s").expect(200);
        server.advance(Duration.ofSeconds(1));
        server.head("/s").expect(404);
    }

    @Test
    void aPlainCloseIsAUse() {
        createWithTtl(10);
        useAfterNineSeconds(server.post("/s").close(), 204);
        server.advance(Duration.ofSeconds(9));
        server.head("/s").expect(200);
    }

    @Test
    void headOptionsAndARepeatedPutAreNone() {
        createWithTtl(10);
        server.advance(Duration.ofSeconds(9));
        server.head("/s").expect(200);
        server.request("OPTIONS", "/s").expect(204);
        server.put("/s")
                .header("Content-Type", "text/plain")
                .header("Stream-TTL", "10")
                .expect(200);

        server.advance(Duration.ofSeconds(1));

        server.head("/s").expect(404);
    }

    @Test
    void aWaitLongerThanTheTtlKeepsTheStreamAlive() {
        createWithTtl(1);

        StepVerifier.create(server.get("/s?live=long-poll&offset=now").send())
                .expectSubscription()
                .then(() -> server.advance(Duration.ofSeconds(29)))
                .then(() -> server.append("/s", "text/plain", "x"))
                .assertNext(response -> assertThat(text(response)).isEqualTo("x"))
                .expectComplete()
                .verify(TIMEOUT);
        server.advance(Duration.ofMillis(999));
        server.head("/s").expect(200);
        server.advance(Duration.ofMillis(1));
        server.head("/s").expect(404);
    }

    @Test
    void aConnectionKeepsTheStreamAlive() {
        createWithTtl(1);

        StepVerifier.create(events(server.get("/s?live=sse&offset=now").expect(200)))
                .expectNextCount(1)
                .then(() -> server.advance(Duration.ofSeconds(14)))
                .then(() -> server.append("/s", "text/plain", "x"))
                .expectNextCount(1)
                .thenCancel()
                .verify(TIMEOUT);
        server.advance(Duration.ofMillis(999));
        server.head("/s").expect(200);
        server.advance(Duration.ofMillis(1));
        server.head("/s").expect(404);
    }

    @Test
    void anExpiryEndsLiveReadsWhenItComes() {
        createWithExpiryIn(7);
        StepVerifier.create(server.get("/s?live=long-poll&offset=now").send())
                .expectSubscription()
                .then(() -> server.advance(Duration.ofMillis(6_999)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> server.advance(Duration.ofMillis(1)))
                .assertNext(response -> assertThat(response.status()).isEqualTo(404))
                .expectComplete()
                .verify(TIMEOUT);

        createWithExpiryIn(17);
        StepVerifier.create(events(server.get("/s?live=sse&offset=now").expect(200)))
                .expectNextCount(1)
                .then(() -> server.advance(Duration.ofSeconds(15)))
                .expectNextCount(1)
                .then(() -> server.advance(Duration.ofSeconds(2)))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private void createWithTtl(int seconds) {
        server.put("/s")
                .header("Content-Type", "text/plain")
                .header("Stream-TTL", String.valueOf(seconds))
                .expect(201);
    }

    private void createWithExpiryIn(int seconds) {
        server.put("/s")
                .header("Content-Type", "text/plain")
                .header(
                        "Stream-Expires-At",
                        server.clock.instant().plusSeconds(seconds).toString())
                .expect(201);
    }

    private void useAfterNineSeconds(TestRequest request, int status) {
        server.advance(Duration.ofSeconds(9));
        request.expect(status);
    }
}
