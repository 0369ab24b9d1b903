package io.durablestreams.server.handler;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;

import io.durablestreams.protocol.StreamCursor;

import static io.durablestreams.server.handler.TestServer.TIMEOUT;
import static io.durablestreams.server.handler.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

class LongPollTest {

    private final TestServer server = new TestServer();

    @BeforeEach
    void createStream() {
        server.create("/s", "text/plain");
    }

    @Test
    void dataThatIsThereIsAnsweredAtOnce() {
        String tail = server.append("/s", "text/plain", "hello");

        StreamResponse response = poll("-1").expect(200);

        assertThat(text(response)).isEqualTo("hello");
        assertThat(response.headers())
                .containsEntry("Content-Type", "text/plain")
                .containsEntry("Stream-Next-Offset", tail)
                .containsEntry("Stream-Up-To-Date", "true")
                .containsEntry("Stream-Cursor", presentCursor())
                .containsEntry("Cache-Control", "public, max-age=60, stale-while-revalidate=300")
                .containsKey("ETag");
        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void anAppendEndsTheWait() {
        String tail = server.append("/s", "text/plain", "old");

        StepVerifier.create(poll(tail).send())
                .expectSubscription()
                .then(() -> server.advance(Duration.ofSeconds(29)))
                .then(() -> server.append("/s", "text/plain", "new"))
                .assertNext(response -> {
                    assertThat(response.status()).isEqualTo(200);
                    assertThat(text(response)).isEqualTo("new");
                })
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void nothingNewIs204WhenTheTimeIsOver() {
        String tail = server.append("/s", "text/plain", "old");

        StepVerifier.create(poll(tail).send())
                .expectSubscription()
                .then(() -> server.advance(Duration.ofMillis(29_999)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> server.advance(Duration.ofMillis(1)))
                .assertNext(response -> {
                    assertThat(response.status()).isEqualTo(204);
                    assertThat(response.body()).isInstanceOf(StreamResponse.Empty.class);
                    assertThat(response.headers())
                            .containsEntry("Stream-Next-Offset", tail)
                            .containsEntry("Stream-Up-To-Date", "true")
                            .containsEntry("Stream-Cursor", presentCursor())
                            .containsEntry("Cache-Control", "no-store")
                            .doesNotContainKeys("ETag", "Stream-Closed", "Content-Type");
                })
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void anEmptyStreamIsWaitedForFromTheBeginning() {
        StepVerifier.create(poll("-1").send())
                .expectSubscription()
                .then(() -> server.advance(Duration.ofSeconds(10)))
                .then(() -> server.append("/s", "text/plain", "first"))
                .assertNext(response -> assertThat(text(response)).isEqualTo("first"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void nowWaitsAtOnceAndGetsOnlyWhatComes() {
        server.append("/s", "text/plain", "history");

        StepVerifier.create(poll("now").send())
                .expectSubscription()
                .then(() -> server.advance(Duration.ofSeconds(10)))
                .then(() -> server.append("/s", "text/plain", "news"))
                .assertNext(response -> {
                    assertThat(text(response)).isEqualTo("news");
                    assertThat(response.headers())
                            .containsEntry("Cache-Control", "no-store")
                            .doesNotContainKey("ETag");
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void theEndOfAClosedStreamIsToldAtOnce() {
        String tail = server.append("/s", "text/plain", "x");
        server.post("/s").close().expect(204);

        for (String offset : List.of(tail, "now")) {
            assertThat(poll(offset).expect(204).headers())
                    .containsEntry("Stream-Closed", "true")
                    .containsEntry("Stream-Up-To-Date", "true")
                    .containsEntry("Stream-Next-Offset", tail);
        }
        assertThat(poll("-1").expect(200).headers()).containsEntry("Stream-Closed", "true");
    }

    @Test
    void aCloseEndsTheWait() {
        StepVerifier.create(poll("now").send())
                .expectSubscription()
                .then(() -> server.post("/s").close().expect(204))
                .assertNext(response -> {
                    assertThat(response.status()).isEqualTo(204);
                    assertThat(response.headers()).containsEntry("Stream-Closed", "true");
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void theLastDataAndTheCloseComeTogether() {
        StepVerifier.create(poll("now").send())
                .expectSubscription()
                .then(() -> server.post("/s").text("end").close().expect(204))
                .assertNext(response -> {
                    assertThat(text(response)).isEqualTo("end");
                    assertThat(response.headers())
                            .containsEntry("Stream-Closed", "true")
                            .containsEntry("Stream-Up-To-Date", "true");
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aDeletionEndsTheWaitWith404() {
        StepVerifier.create(poll("now").send())
                .expectSubscription()
                .then(() -> server.delete("/s").expect(204))
                .assertNext(response -> assertThat(response.status()).isEqualTo(404))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aStreamThatTookThePlaceOfTheOldOneIsNotReadOn() {
        TestServer deaf = new TestServer(new DeafStore());
        deaf.create("/s", "text/plain");

        StepVerifier.create(deaf.get("/s?live=long-poll&offset=now").send())
                .expectSubscription()
                .then(() -> deaf.delete("/s").expect(204))
                .then(() -> deaf.put("/s").text("another").expect(201))
                .then(() -> deaf.advance(ServerSettings.DEFAULT.pollInterval()))
                .assertNext(response -> assertThat(response.status()).isEqualTo(404))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aLostSignalCostsAPollIntervalAtMost() {
        TestServer deaf = new TestServer(new DeafStore());
        deaf.create("/s", "text/plain");

        StepVerifier.create(deaf.get("/s?live=long-poll&offset=now").send())
                .expectSubscription()
                .then(() -> deaf.append("/s", "text/plain", "x"))
                .then(() -> deaf.advance(Duration.ofMillis(14_999)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> deaf.advance(Duration.ofMillis(1)))
                .assertNext(response -> assertThat(text(response)).isEqualTo("x"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void anOffsetBehindTheTailIsToldWhereTheTailReallyIs() {
        server.append("/s", "text/plain", "a long first life");
        String beyond = String.valueOf(poll("-1").expect(200).headers().get("Stream-Next-Offset"));
        server.delete("/s").expect(204);
        server.create("/s", "text/plain");

        StreamResponse response = poll(beyond).expect(204);

        assertThat(response.headers()).containsEntry("Stream-Next-Offset", "0000000000000000_0000000000000000");
    }

    @Test
    void theCursorIsAheadOfTheClientsUnlessThatIsInThePast() {
        server.append("/s", "text/plain", "x");
        long present = Long.parseLong(presentCursor());

        assertThat(cursorFor(String.valueOf(present - 1))).isEqualTo(present);
        assertThat(cursorFor(String.valueOf(present))).isGreaterThan(present);
        assertThat(cursorFor(String.valueOf(present + 500))).isGreaterThan(present + 500);
        assertThat(cursorFor("nonsense")).isEqualTo(present);
    }

    @Test
    void jsonArrivesAsAnArray() {
        server.create("/json", "application/json");

        StepVerifier.create(server.get("/json?live=long-poll&offset=now").send())
                .expectSubscription()
                .then(() -> server.append("/json", "application/json", "[1,2]"))
                .assertNext(response -> assertThat(text(response)).isEqualTo("[1,2]"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void cancellingReleasesEverything() {
        Disposable waiting = poll("now").send().subscribe(response -> {
            throw new AssertionError("Nobody waits for " + response);
        });
        assertThat(server.liveReads.size()).isOne();

        waiting.dispose();

        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void anErrorReleasesEverything() {
        server.get("/absent?live=long-poll&offset=-1").expect(404);
        poll("nonsense").expect(400);

        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void stoppingAnswersThoseWhoWaitAndThoseWhoCome() {
        PublisherProbe<Void> stopped = PublisherProbe.of(server.handler.stopLiveReads());

        StepVerifier.create(poll("now").send())
                .expectSubscription()
                .then(() -> stopped.mono().subscribe(ignored -> {}))
                .assertNext(response -> assertThat(response.status()).isEqualTo(204))
                .expectComplete()
                .verify(TIMEOUT);
        stopped.assertWasSubscribed();
        assertThat(poll("now").expect(204).headers()).containsEntry("Stream-Up-To-Date", "true");

        server.handler.startLiveReads();
        StepVerifier.create(poll("now").send())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(1))
                .thenCancel()
                .verify(TIMEOUT);
    }

    private TestRequest poll(String offset) {
        return server.get("/s?live=long-poll&offset=" + offset);
    }

    private long cursorFor(String echoed) {
        Mono<StreamResponse> response =
                server.get("/s?cursor=" + echoed + "&live=long-poll&offset=-1").send();
        return Long.parseLong(String.valueOf(
                Objects.requireNonNull(response.block(TIMEOUT)).headers().get("Stream-Cursor")));
    }

    private String presentCursor() {
        return StreamCursor.answer(null, server.clock.millis(), 0).toString();
    }
}
