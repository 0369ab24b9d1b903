package io.durablestreams.client.reader;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.head;
import static io.durablestreams.client.fixture.RawAnswers.nothingNew;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Live reads whose connections end, lie or stall, over sockets, without waiting. */
@Tag("sockets")
class LiveReadFaultTest {

    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final SkippedTime time = new SkippedTime();
    private final DurableStreamClient client = time.client().build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    /** A reader that finds nothing at first, and that no timeout ends. */
    private StreamReader<Integer> follow(LiveMode mode) {
        server.thenSend(caughtUp("a", "[]"));
        return client.stream(server.url())
                .reader(Integer.class)
                .settings(ReaderSettings.DEFAULT
                        .withRequestTimeout(SkippedTime.A_DAY)
                        .withLongPollTimeout(SkippedTime.A_DAY)
                        .withSseIdleTimeout(SkippedTime.A_DAY))
                .live(mode);
    }

    private static List<Integer> items(StreamReader<Integer> reader) {
        return reader.items().collectList().block(PATIENCE);
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    // Connections that end.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: data\ndata: [2]\n\n",
                "event: data\ndata: [2]\n",
                "event: da",
                "event: data\ndata: [2]\n\nevent: control\ndata: {\"streamNextOffset\":\"c\"}\n",
                "event: data\ndata: [2]\n\nevent: control\ndata: {\"streamNext"
            })
    void whatNoControlEventCommitsIsDroppedAndReadAgain(String uncommitted) {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        server.thenSend(SSE + event("data", "[1]") + control("b") + uncommitted)
                .thenSend(SSE + event("data", "[2]") + event("data", "[3]") + closed("c"));

        assertThat(items(reader)).containsExactly(1, 2, 3);
        assertThat(server.targets())
                .containsExactly("/stream?offset=-1", "/stream?live=sse&offset=a", "/stream?live=sse&offset=b");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSameIfTheConnectionBreaks(boolean reset) {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        CountDownLatch delivered = new CountDownLatch(1);
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(CHUNKED + chunk(event("data", "[1]") + control("b") + event("data", "[2]")));
                    await(delivered);
                    if (reset) {
                        connection.reset();
                    }
                })
                .thenSend(SSE + event("data", "[2]") + event("data", "[3]") + closed("c"));

        StepVerifier.create(reader.items().doOnNext(item -> delivered.countDown()))
                .expectNext(1, 2, 3)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(server.targets()).last().isEqualTo("/stream?live=sse&offset=b");
    }

    @Test
    void aRotationIsFollowedAtOnce() {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        for (int i = 0; i < 5; i++) {
            server.then(connection -> {
                connection.readRequest();
                connection.write(SSE + control("a"));
                time.pass(Duration.ofSeconds(60));
            });
        }
        server.thenSend(SSE + event("data", "[1]") + closed("b"));

        assertThat(items(reader)).containsExactly(1);
        assertThat(time.waits()).isEmpty();
    }

    @Test
    void aHalfOpenConnectionIsClosedAndOpenedAnew() {
        StreamReader<Integer> reader = follow(LiveMode.SSE).settings(ReaderSettings.DEFAULT);
        CountDownLatch delivered = new CountDownLatch(1);
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(SSE + event("data", "[1]") + control("b") + event("data", "[2]"));
                    await(delivered);
                    connection.awaitTimeout(
                            () -> time.pass(ReaderSettings.DEFAULT.timeouts().sseIdleTimeout()));
                })
                .thenSend(SSE + event("data", "[2]") + closed("c"));

        assertThat(reader.items()
                        .doOnNext(item -> delivered.countDown())
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(1, 2);
        assertThat(server.targets()).last().isEqualTo("/stream?live=sse&offset=b");
    }

    @Test
    void autoFallsBackToLongPollWhenConnectionsStayShort() {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        server.thenSend(SSE + event("data", "[1]") + control("b"))
                .thenSend(SSE)
                .thenSend(SSE + event("data", "[2]"))
                .thenSend(caughtUp("c", "[2]"))
                .thenSend(nothingNew("c", "Stream-Closed: true"));

        assertThat(items(reader)).containsExactly(1, 2);
        assertThat(server.targets())
                .containsExactly(
                        "/stream?offset=-1",
                        "/stream?live=sse&offset=a",
                        "/stream?live=sse&offset=b",
                        "/stream?live=sse&offset=b",
                        "/stream?live=long-poll&offset=b",
                        "/stream?live=long-poll&offset=c");
    }

    static Stream<String> refusalsOfSse() {
        String page = "<html>events</html>";
        String html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
                + page.length() + "\r\n\r\n" + page;
        return Stream.of(
                status("406 Not Acceptable"),
                status("501 Not Implemented"),
                status("500 Internal Server Error"),
                status("400 Bad Request"),
                status("405 Method Not Allowed"),
                status("415 Unsupported Media Type"),
                status("204 No Content", "Stream-Next-Offset: a"),
                status("206 Partial Content", "Content-Type: text/event-stream"),
                html,
                html.replace("text/html", "text/event-streams"),
                html.replace("Content-Type: text/html\r\n", ""),
                caughtUp("a", "[]"),
                answer("b", "[1]"),
                SSE.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("refusalsOfSse")
    void autoFallsBackToLongPollWhenSseIsRefused(String refusal) {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        server.thenSend(refusal).thenSend(caughtUp("b", "[1]")).thenSend(answer("c", "[2]", "Stream-Closed: true"));

        assertThat(items(reader)).containsExactly(1, 2);
        assertThat(server.targets())
                .containsExactly(
                        "/stream?offset=-1",
                        "/stream?live=sse&offset=a",
                        "/stream?live=long-poll&offset=a",
                        "/stream?live=long-poll&offset=b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"502 Bad Gateway", "504 Gateway Timeout", "505 HTTP Version Not Supported"})
    void autoFallsBackToLongPollWhenAGatewayCannotPassEventsOn(String refusal) {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        for (int i = 0; i < 3; i++) {
            server.thenSend(status(refusal));
        }
        server.thenSend(caughtUp("b", "[1]")).thenSend(answer("c", "[2]", "Stream-Closed: true"));

        assertThat(items(reader)).containsExactly(1, 2);
        assertThat(server.targets())
                .containsExactly(
                        "/stream?offset=-1",
                        "/stream?live=sse&offset=a",
                        "/stream?live=sse&offset=a",
                        "/stream?live=sse&offset=a",
                        "/stream?live=long-poll&offset=a",
                        "/stream?live=long-poll&offset=b");
    }

    @Test
    void autoReturnsToSseWhenTheServerWasAwayInstead() {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        for (int i = 0; i < 5; i++) {
            server.thenSend(status("502 Bad Gateway"));
        }
        server.thenSend(SSE + event("data", "[1]") + closed("b"));

        assertThat(items(reader)).containsExactly(1);
        assertThat(server.targets())
                .containsExactly(
                        "/stream?offset=-1",
                        "/stream?live=sse&offset=a",
                        "/stream?live=sse&offset=a",
                        "/stream?live=sse&offset=a",
                        "/stream?live=long-poll&offset=a",
                        "/stream?live=sse&offset=a",
                        "/stream?live=sse&offset=a");
    }

    @ParameterizedTest
    @MethodSource("refusalsOfSse")
    void sseThatWasAskedForIsNotReplaced(String refusal) {
        StreamReader<Integer> reader = follow(LiveMode.SSE).settings(ReaderSettings.DEFAULT.withMaxLiveRetries(0));
        server.thenSend(refusal);

        StepVerifier.create(reader.items())
                .expectError(DurableStreamException.class)
                .verify(PATIENCE);
    }

    @Test
    void whatLongPollIsRefusedWithAsWellEndsTheRead() {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        server.thenSend(status("501 Not Implemented")).thenSend(status("501 Not Implemented"));

        StepVerifier.create(reader.items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamRequestException.class)
                        .hasMessageContaining("501"))
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "302 Found"})
    void otherRefusalsEndTheReadAtOnce(String refusal) {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        server.thenSend(status(refusal));

        StepVerifier.create(reader.items())
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining(refusal.substring(0, 3)))
                .verify(PATIENCE);
    }

    @Test
    void sseStaysSseWhenItWasAskedForHoweverShortItsConnections() {
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        for (int i = 0; i < 6; i++) {
            server.thenSend(SSE);
        }
        server.thenSend(SSE + closed("a"));

        assertThat(items(reader)).isEmpty();
        assertThat(server.targets().subList(1, 8)).containsOnly("/stream?live=sse&offset=a");
        assertThat(time.waits()).hasSize(6);
    }

    // Events.

    @Test
    void severalDataEventsAreCommittedTogether() {
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        server.thenSend(SSE
                + event("data", "[1]")
                + event("data", "[2,3]")
                + control("b")
                + event("data", "[4]")
                + event("data", "[5]")
                + closed("c"));

        assertThat(reader.batches().skip(1).collectList().block(PATIENCE))
                .containsExactly(
                        new Batch<>(List.of(1, 2, 3), Offset.of("b"), false, false),
                        new Batch<>(List.of(4, 5), Offset.of("c"), true, true));
    }

    @Test
    void whatIsUnknownIsSkipped() {
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        server.thenSend(SSE + ": a comment\n\nretry: 5\nid: 1\n\n" + event("other", "[8]") + "data: no type\n\n"
                + event("data", "[1]") + event("other", "[9]")
                + event("control", "{\"more\":{\"a\":[1]},\"streamNextOffset\":\"b\",\"streamClosed\":true}"));

        assertThat(items(reader)).containsExactly(1);
    }

    @Test
    void hugeEventsAreReadByCatchingUpInstead() {
        String messages = "[" + "1234567890,".repeat(10_000) + "0]";
        StreamReader<Integer> reader = follow(LiveMode.SSE)
                .settings(ReaderSettings.DEFAULT.withMaxMessageBytes(4096).withPartBytes(1000));
        server.thenSend(SSE + event("data", messages) + control("b"))
                .thenSend(caughtUp("b", messages))
                .thenSend(SSE + closed("b"));

        assertThat(items(reader)).hasSize(10_001);
        assertThat(server.targets())
                .containsExactly(
                        "/stream?offset=-1",
                        "/stream?live=sse&offset=a",
                        "/stream?offset=a",
                        "/stream?live=sse&offset=b");
    }

    @Test
    void eventsWithinTheLimitAreDeliveredHoweverLargeTheyAre() {
        String messages = "[" + "1234567890,".repeat(200_000) + "0]";
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        server.thenSend(SSE + event("data", messages) + closed("b"));

        assertThat(items(reader)).hasSize(200_001);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "control | {}                            | streamNextOffset is missing",
                "control | nonsense                      | not JSON",
                "control | {\"streamNextOffset\":\"A\"x} | JSON",
                "control | {\"streamNextOffset\":\"ü\"}  | non-ASCII",
                "control | {\"streamNextOffset\":\"\\u00fc\"} | non-ASCII",
                "data    | [1                            | ends within",
                "data    | ''                            | empty"
            })
    void brokenEventsEndTheRead(String type, String data, String message) {
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        server.thenSend(SSE + event("data", "[1]") + control("b") + event(type, data) + control("c"));

        StepVerifier.create(reader.items())
                .expectNext(1)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamProtocolException.class)
                        .hasMessageContaining(message))
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @CsvSource({"YQ=, multiple of 4", "Y*==, 2a"})
    void brokenBase64EndsTheRead(String data, String message) {
        server.thenSend(head("a", "Stream-Up-To-Date: true").replace("application/json", "application/octet-stream")
                        + "Content-Length: 0\r\n\r\n")
                .thenSend(SSE.replace("\r\n\r\n", "\r\nStream-SSE-Data-Encoding: base64\r\n\r\n")
                        + event("data", data)
                        + control("b"));

        StepVerifier.create(client.stream(server.url())
                        .reader(byte[].class)
                        .live(LiveMode.SSE)
                        .items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamProtocolException.class)
                        .hasMessageContaining(message))
                .verify(PATIENCE);
    }

    // Events count when they have come, whatever becomes of their connection.

    /** How the bytes of an event reach the client. */
    enum Delivery {
        AT_ONCE,
        WITH_THE_HEAD,
        LINE_BY_LINE,
        BYTE_BY_BYTE
    }

    /** Sends events on a connection that the server leaves open, and waits until the client closes it. */
    private void thenLeaveOpen(String head, String events, Delivery delivery, String lineEnd) {
        String sent = events.replace("\n", lineEnd);
        boolean chunked = head.equals(CHUNKED);
        server.then(connection -> {
            connection.readRequest();
            if (delivery == Delivery.WITH_THE_HEAD) {
                connection.write(head + (chunked ? chunk(sent) : sent));
            } else {
                connection.write(head);
                String boundary =
                        delivery == Delivery.AT_ONCE ? "(?!)" : delivery == Delivery.LINE_BY_LINE ? "(?<=\\R)" : "";
                for (String part : sent.split(boundary)) {
                    connection.write(chunked ? chunk(part) : part);
                }
            }
            connection.awaitClose();
        });
    }

    static Stream<Arguments> openConnections() {
        return Stream.of(CHUNKED, SSE)
                .flatMap(head -> Arrays.stream(Delivery.values())
                        .flatMap(delivery ->
                                Stream.of("\n", "\r\n", "\r").map(lineEnd -> Arguments.of(head, delivery, lineEnd))));
    }

    @ParameterizedTest
    @MethodSource("openConnections")
    void theEndCountsWhenItsControlEventHasCome(String head, Delivery delivery, String lineEnd) {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        thenLeaveOpen(head, event("data", "[1]") + closed("b"), delivery, lineEnd);

        assertThat(items(reader)).containsExactly(1);
    }

    @ParameterizedTest
    @MethodSource("openConnections")
    void soDoesTheEndWithoutData(String head, Delivery delivery, String lineEnd) {
        StreamReader<Integer> reader = follow(LiveMode.AUTO);
        thenLeaveOpen(head, closed("a"), delivery, lineEnd);

        assertThat(reader.batches().collectList().block(PATIENCE))
                .containsExactly(
                        new Batch<>(List.of(), Offset.of("a"), true, false),
                        new Batch<>(List.of(), Offset.of("a"), true, true));
    }

    @ParameterizedTest
    @MethodSource("openConnections")
    void dataThatLeadsNowhereFailsWhenItsControlEventHasCome(String head, Delivery delivery, String lineEnd) {
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        thenLeaveOpen(head, event("data", "[1]") + control("a"), delivery, lineEnd);

        StepVerifier.create(reader.items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamProtocolException.class)
                        .hasMessageContaining("next offset is the one asked for"))
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("openConnections")
    void anOffsetThatGoesBackwardsIsAskedForAgainAtOnce(String head, Delivery delivery, String lineEnd) {
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        thenLeaveOpen(head, control("A"), delivery, lineEnd);
        thenLeaveOpen(head, event("data", "[1]") + closed("b"), delivery, lineEnd);

        assertThat(items(reader)).containsExactly(1);
        assertThat(server.targets())
                .containsExactly("/stream?offset=-1", "/stream?live=sse&offset=a", "/stream?live=sse&offset=a");
    }

    @Test
    void aSubscriberThatAsksForOneBatchAtATimeLearnsOfTheEndAtOnce() {
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        thenLeaveOpen(
                CHUNKED,
                event("data", "[1]") + control("b") + event("data", "[2]") + closed("c"),
                Delivery.AT_ONCE,
                "\n");

        StepVerifier.create(reader.batches(), 1)
                .expectNextCount(1)
                .thenRequest(1)
                .expectNextCount(1)
                .thenRequest(1)
                .expectNextCount(1)
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void tooMuchUncommittedDataIsReadByCatchingUpWhileItsConnectionIsOpen() {
        String messages = "[" + "1234567890,".repeat(10_000) + "0]";
        StreamReader<Integer> reader = follow(LiveMode.SSE)
                .settings(ReaderSettings.DEFAULT
                        .withSseIdleTimeout(SkippedTime.A_DAY)
                        .withMaxMessageBytes(4096)
                        .withPartBytes(1000));
        thenLeaveOpen(CHUNKED, event("data", messages), Delivery.AT_ONCE, "\n");
        server.thenSend(caughtUp("b", messages)).thenSend(SSE + closed("b"));

        assertThat(items(reader)).hasSize(10_001);
    }

    // Long-polls.

    @Test
    void aStormOfEmptyAnswersIsAskedForLessAndLessOften() {
        StreamReader<Integer> reader = follow(LiveMode.LONG_POLL);
        for (int i = 0; i < 20; i++) {
            server.thenSend(nothingNew("a"));
        }
        server.thenSend(nothingNew("a", "Stream-Closed: true"));

        assertThat(items(reader)).isEmpty();
        assertThat(time.waits())
                .hasSize(20)
                .startsWith(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200))
                .endsWith(Duration.ofMillis(11_250));
    }

    @Test
    void aLongPollThatWasHeldIsFollowedByAnotherOneAtOnce() {
        StreamReader<Integer> reader = follow(LiveMode.LONG_POLL);
        for (int i = 0; i < 5; i++) {
            server.then(connection -> {
                connection.readRequest();
                time.pass(Duration.ofSeconds(30));
                connection.write(nothingNew("a"));
            });
        }
        server.thenSend(nothingNew("a", "Stream-Closed: true"));

        assertThat(items(reader)).isEmpty();
        assertThat(time.waits()).isEmpty();
    }

    // Subscribers.

    /** Where a read is when it is cancelled, and what the server has sent by then; it says nothing more. */
    enum Moment {
        BEFORE_THE_ANSWER(LiveMode.OFF, ""),
        IN_THE_HEAD(LiveMode.OFF, "HTTP/1.1 200 OK\r\nContent-Type: app"),
        IN_THE_BODY(LiveMode.OFF, head("b") + "Content-Length: 100\r\n\r\n[1,2"),
        BEFORE_A_LONG_POLLS_ANSWER(LiveMode.LONG_POLL, ""),
        IN_A_LONG_POLLS_BODY(LiveMode.LONG_POLL, head("b") + "Content-Length: 100\r\n\r\n[1,2"),
        BEFORE_THE_FIRST_EVENT(LiveMode.SSE, SSE),
        IN_AN_EVENT(LiveMode.SSE, SSE + "event: data\ndata: [1"),
        BEFORE_THE_CONTROL_EVENT(LiveMode.SSE, SSE + event("data", "[1]")),
        BEHIND_THE_CONTROL_EVENT(LiveMode.SSE, SSE + event("data", "[1]") + control("b"));

        private final LiveMode mode;
        private final String sent;

        Moment(LiveMode mode, String sent) {
            this.mode = mode;
            this.sent = sent;
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancellingClosesTheConnectionAtEveryPoint(Moment moment) {
        StreamReader<Integer> reader =
                moment.mode == LiveMode.OFF ? client.stream(server.url()).reader(Integer.class) : follow(moment.mode);
        CountDownLatch sent = new CountDownLatch(1);
        server.then(connection -> {
            connection.readRequest();
            connection.write(moment.sent);
            sent.countDown();
            connection.awaitClose();
        });

        Disposable reading = reader.items().subscribe(item -> {});
        await(sent);
        reading.dispose();
    }

    @Test
    void aSlowSubscriberSlowsEventsDownAtTheSocket() {
        long limit = 100_000_000;
        String part = event("data", "[" + "1234567890,".repeat(10_000) + "0]");
        AtomicLong written = new AtomicLong();
        AtomicInteger offset = new AtomicInteger();
        StreamReader<Integer> reader = follow(LiveMode.SSE);
        server.then(connection -> {
            connection.readRequest();
            connection.write(SSE);
            try {
                while (written.get() < limit) {
                    connection.write(part + control("b" + (1000 + offset.incrementAndGet())));
                    written.addAndGet(part.length());
                }
            } catch (IOException cancelled) {
                // As it should be.
            }
        });

        StepVerifier.create(reader.batches(), 2)
                .expectNextCount(2)
                .expectNoEvent(Duration.ofMillis(300))
                .then(() -> assertThat(written).hasValueLessThan(limit / 2))
                .thenRequest(10)
                .expectNextCount(10)
                .thenCancel()
                .verify(PATIENCE);
        assertThat(written).hasValueLessThan(limit);
    }
}
