package io.durablestreams.client.reader;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.error.InvalidOffsetException;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.ScriptedTransport;
import io.durablestreams.client.fixture.ScriptedTransport.Reply;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.ScriptedTransport.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

/** What a reader does about answers that fail, break off, or make no sense, without a network. */
class ReadFailureTest {

    private static final RuntimeException REFUSED = NoAnswer.before(new ConnectException("refused"));
    private static final RuntimeException RESET = NoAnswer.after(new IOException("reset"));
    private static final String CLOSED = ",\"streamClosed\":true";

    private final ScriptedTransport server = new ScriptedTransport();

    @AfterEach
    void everythingWasExpectedAndReleased() {
        server.assertDone();
    }

    private TestSubscriber<Batch<Integer>> read() {
        return subscribe(server.reader(Integer.class).batches());
    }

    private TestSubscriber<Batch<Integer>> follow(LiveMode mode) {
        return subscribe(server.reader(Integer.class).live(mode).batches());
    }

    private void expectCaughtUpAt(String offset) {
        server.expect("offset=-1").then(Reply.json(offset).part("[]").upToDate());
    }

    static Stream<Reply> passingFailures() {
        return Stream.of(
                Reply.failure(REFUSED),
                Reply.failure(RESET),
                Reply.status(408),
                Reply.status(429),
                Reply.status(500),
                Reply.status(502).with("Content-Type", "text/html").part("<html>bad gateway</html>"),
                Reply.status(503),
                Reply.json("b").part("[1").cut(),
                Reply.json("b").cut());
    }

    @ParameterizedTest
    @MethodSource("passingFailures")
    void whatMayPassIsRepeatedAfterAWait(Reply failure) {
        server.expect("offset=-1").then(failure);
        server.expect("offset=-1").then(Reply.json("b").part("[1]").upToDate());

        TestSubscriber<Batch<Integer>> reading = read();
        server.advance(Backoffs.FIRST.minusMillis(1));
        assertThat(server.requests()).isEqualTo(1);
        server.advance(Duration.ofMillis(1));

        assertThat(reading.getReceivedOnNext()).containsExactly(new Batch<>(List.of(1), Offset.of("b"), true, false));
    }

    @ParameterizedTest
    @CsvSource({"7,7000", "0,50", "'Mon, 01 Jun 2026 12:00:30 GMT',30000", "'Mon, 01 Jun 2026 11:00:00 GMT',50"})
    void retryAfterIsTheLeastWait(String retryAfter, long expectedMillis) {
        server.expect("offset=-1").then(Reply.status(503).with("Retry-After", retryAfter));
        server.expect("offset=-1").then(Reply.json("b").part("[]").upToDate());

        TestSubscriber<Batch<Integer>> reading = read();
        server.advance(Duration.ofMillis(expectedMillis - 1));
        assertThat(server.requests()).isEqualTo(1);
        server.advance(Duration.ofMillis(1));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void catchingUpGivesUpAfterItsRetriesWithTheLastFailure() {
        for (int i = 0; i < 6; i++) {
            server.expect("offset=-1")
                    .then(Reply.status(503).with("Retry-After", "2").part("busy"));
        }

        TestSubscriber<Batch<Integer>> reading = read();
        server.advance(Duration.ofMinutes(1));

        assertThat(reading.expectTerminalError())
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining(ScriptedTransport.URL.toString())
                .hasMessageContaining("503")
                .hasMessageContaining("busy");
    }

    @Test
    void anAnswerThatWasReadToItsEndForgetsTheFailuresBefore() {
        String[] offsets = {"-1", "a", "b", "c"};
        for (int i = 0; i < 3; i++) {
            for (int failure = 0; failure < 5; failure++) {
                server.expect("offset=" + offsets[i]).then(Reply.failure(RESET));
            }
            server.expect("offset=" + offsets[i])
                    .then(Reply.json(offsets[i + 1]).part("[1]"));
        }
        server.expect("offset=c").then(Reply.json("c").part("[]").upToDate());

        TestSubscriber<Batch<Integer>> reading = read();
        server.advance(Duration.ofMinutes(1));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "LONG_POLL"})
    void aLiveReadNeverGivesUp(LiveMode mode) {
        String live = mode == LiveMode.SSE ? "live=sse" : "live=long-poll";
        expectCaughtUpAt("a");
        for (int i = 0; i < 100; i++) {
            server.expect(live + "&offset=a").then(i % 2 == 0 ? Reply.failure(REFUSED) : Reply.status(500));
        }
        server.expect(live + "&offset=a")
                .then(
                        mode == LiveMode.SSE
                                ? Reply.sse().control("a", CLOSED)
                                : Reply.nothingNew("a").closed());

        TestSubscriber<Batch<Integer>> reading = follow(mode);
        server.advance(Duration.ofMinutes(20));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void theWaitGrowsUntilAConnectionHasLivedForAWhile() {
        expectCaughtUpAt("a");
        for (int i = 0; i < 3; i++) {
            server.expect("live=sse&offset=a").then(Reply.failure(REFUSED));
        }
        server.expect("live=sse&offset=a")
                .then(Reply.sse().pause(Duration.ofSeconds(10)).cut());
        server.expect("live=sse&offset=a").then(Reply.none());

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.SSE);
        server.advance(Backoffs.FIRST);
        server.advance(Backoffs.SECOND);
        server.advance(Backoffs.THIRD.minusMillis(1));
        assertThat(server.requests()).isEqualTo(4);
        server.advance(Duration.ofMillis(1));
        assertThat(server.requests()).isEqualTo(5);
        server.advance(Duration.ofSeconds(10));
        server.advance(Backoffs.FIRST);

        assertThat(server.requests()).isEqualTo(6);
        reading.cancel();
    }

    static Stream<Arguments> finalStatuses() {
        return Stream.of(
                Arguments.of(400, InvalidOffsetException.class, "offset 'a'"),
                Arguments.of(401, StreamRequestException.class, "credentials"),
                Arguments.of(403, StreamRequestException.class, "denied"),
                Arguments.of(404, StreamNotFoundException.class, "no such stream"),
                Arguments.of(410, StreamGoneException.class, "offset 'a'"),
                Arguments.of(501, StreamRequestException.class, "501"),
                Arguments.of(302, StreamRequestException.class, "302"));
    }

    @ParameterizedTest
    @MethodSource("finalStatuses")
    void whatWillNotPassEndsTheReadAtOnce(int status, Class<? extends Throwable> type, String message) {
        Reply reply = Reply.status(status).part("said so");
        server.expect("offset=a").then(reply);

        Throwable failure = subscribe(
                        server.reader(Integer.class).from(Offset.of("a")).batches())
                .expectTerminalError();

        assertThat(failure)
                .isInstanceOf(type)
                .hasMessageContaining(message)
                .hasMessageContaining("said so")
                .hasMessageContaining(ScriptedTransport.URL.toString());
    }

    @ParameterizedTest
    @MethodSource("finalStatuses")
    void whatWillNotPassEndsALiveReadAtOnce(int status, Class<? extends Throwable> type, String message) {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a").then(Reply.status(status));

        assertThat(follow(LiveMode.SSE).expectTerminalError())
                .isInstanceOf(type)
                .hasMessageContaining(message);
    }

    static Stream<Arguments> nonsense() {
        Reply page = Reply.status(200).with("Content-Type", "text/html").part("<html>please log in</html>");
        return Stream.of(
                Arguments.of(page, "text/html"),
                Arguments.of(page, "Stream-Next-Offset"),
                Arguments.of(page, "proxy"),
                Arguments.of(Reply.json("now").part("[]"), "'now'"),
                Arguments.of(Reply.json("a b").part("[]"), "a b"),
                Arguments.of(Reply.nothingNew("b"), "204"),
                Arguments.of(Reply.status(201).with("Stream-Next-Offset", "b"), "201"),
                Arguments.of(Reply.json("b").upToDate(), "empty"),
                Arguments.of(Reply.json("b").part("[1,"), "ends within"),
                Arguments.of(Reply.json("b").part("{\"a\":1}"), "not a JSON array"),
                Arguments.of(Reply.json("b").part("[1,tru]"), "tru"),
                Arguments.of(Reply.json("a").part("[1]"), "next offset is the one asked for"),
                Arguments.of(Reply.json("0").part("[1]"), "backwards"));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void whatMakesNoSenseIsAProtocolFailure(Reply nonsense, String message) {
        server.expect("offset=a").then(nonsense);

        assertThat(subscribe(server.reader(Integer.class).from(Offset.of("a")).batches())
                        .expectTerminalError())
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(ScriptedTransport.URL.toString());
    }

    static Stream<Arguments> liveNonsense() {
        return Stream.of(
                Arguments.of(Reply.json("b").part("[]"), "application/json"),
                Arguments.of(Reply.nothingNew("b"), "text/event-stream"),
                Arguments.of(Reply.sse().part("event: control\ndata: {}\n\n"), "streamNextOffset is missing"),
                Arguments.of(Reply.sse().part("event: control\ndata\n\n"), "empty"),
                Arguments.of(Reply.sse().part("event: control\ndata: nonsense\n\n"), "not JSON"),
                Arguments.of(Reply.sse().data(""), "empty"),
                Arguments.of(Reply.sse().data("[1"), "ends within"),
                Arguments.of(
                        Reply.sse().with("Stream-SSE-Data-Encoding", "base64").data("YQ="), "multiple of 4"),
                Arguments.of(
                        Reply.sse().with("Stream-SSE-Data-Encoding", "base64").data("Y*=="), "2a"),
                Arguments.of(Reply.sse().data("[1]").control("a"), "backwards"),
                Arguments.of(Reply.sse().data("[1]").control("b"), "next offset is the one asked for"));
    }

    @ParameterizedTest
    @MethodSource("liveNonsense")
    void whatMakesNoSenseInALiveReadIsAProtocolFailure(Reply nonsense, String message) {
        expectCaughtUpAt("b");
        server.expect("live=sse&offset=b").then(nonsense);

        assertThat(follow(LiveMode.SSE).expectTerminalError())
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(ScriptedTransport.URL.toString());
    }

    static Stream<Arguments> longPollNonsense() {
        return Stream.of(
                Arguments.of(
                        Reply.status(200).with("Content-Type", "text/html").part("<html>please log in</html>"),
                        "text/html"),
                Arguments.of(Reply.status(204), "Stream-Next-Offset"),
                Arguments.of(Reply.json("c").part("<html>"), "not a JSON array"),
                Arguments.of(Reply.json("b").part("[1]"), "next offset is the one asked for"),
                Arguments.of(Reply.json("a").part("[1]"), "backwards"));
    }

    @ParameterizedTest
    @MethodSource("longPollNonsense")
    void whatMakesNoSenseInALongPollIsAProtocolFailure(Reply nonsense, String message) {
        expectCaughtUpAt("b");
        server.expect("live=long-poll&offset=b").then(nonsense);

        assertThat(follow(LiveMode.LONG_POLL).expectTerminalError())
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(ScriptedTransport.URL.toString());
    }

    @Test
    void malformedContentIsReportedWithTheLastOffsetThatWasGoodAfterWhatCameBefore() {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a")
                .then(Reply.sse()
                        .part("event: data\ndata: [1]\n\nevent: control\ndata: {\"streamNextOffset\":\"b\"}\n\n"
                                + "event: data\ndata: [2\n\n"));

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.SSE);

        assertThat(reading.getReceivedOnNext()).last().isEqualTo(new Batch<>(List.of(1), Offset.of("b"), false, false));
        assertThat(reading.expectTerminalError())
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("at offset b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,null]", "[1,{\"a\":2}]", "[1,\"x\"]"})
    void aMessageOfAnotherTypeIsAContentFailureThatNamesTypeAndOffset(String body) {
        server.expect("offset=a").then(Reply.json("b").part(body));

        assertThat(subscribe(server.reader(Integer.class).from(Offset.of("a")).items())
                        .expectTerminalError())
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("java.lang.Integer")
                .hasMessageContaining("at offset a");
    }

    record Strict(int value) {

        Strict {
            if (value > 1) {
                throw new IllegalStateException("too large: " + value);
            }
        }
    }

    @Test
    void anItemThatRefusesItsMessageEndsEvenALiveRead() {
        server.expect("offset=-1").then(Reply.json("a").part("[]").upToDate());
        server.expect("live=sse&offset=a")
                .then(Reply.sse().data("[{\"value\":2}]").control("b"));

        assertThat(subscribe(server.reader(Strict.class).live(LiveMode.AUTO).items())
                        .expectTerminalError())
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("too large: 2");
    }

    @Test
    void aMessageThatIsTooLargeNamesTheLimitAndItsProperty() {
        server.expect("offset=a").then(Reply.json("b").part("[\"12345678\"]"));

        assertThat(subscribe(server.reader(String.class)
                                .from(Offset.of("a"))
                                .settings(ReaderSettings.DEFAULT.withMaxMessageBytes(9))
                                .items())
                        .expectTerminalError())
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("9")
                .hasMessageContaining("durable-streams.reader.max-message-bytes")
                .hasMessageContaining("at offset a");
    }

    @Test
    void aMessageThatIsTooLargeForAnEventIsReadByCatchingUpAndNamesTheLimitThere() {
        String message = "[\"" + "x".repeat(9000) + "\"]";
        expectCaughtUpAt("b");
        server.expect("live=sse&offset=b").then(Reply.sse().data(message).control("c"));
        server.expect("offset=b").then(Reply.json("c").part(message));

        TestSubscriber<String> reading = subscribe(server.reader(String.class)
                .live(LiveMode.SSE)
                .settings(ReaderSettings.DEFAULT.withMaxMessageBytes(5000))
                .items());
        server.advance(Backoffs.FIRST);

        assertThat(reading.expectTerminalError())
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("5000")
                .hasMessageContaining("durable-streams.reader.max-message-bytes")
                .hasMessageContaining("at offset b");
    }

    @Test
    void theSameOffsetAgainAndAgainIsALoop() {
        for (int i = 0; i < 11; i++) {
            server.expect("offset=a").then(Reply.json("a").part("[]"));
        }

        TestSubscriber<Batch<Integer>> reading =
                subscribe(server.reader(Integer.class).from(Offset.of("a")).batches());
        server.advance(Duration.ofMinutes(2));

        assertThat(reading.expectTerminalError())
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("11 times in a row at offset a");
    }

    @Test
    void anAppendThatTheServersTailDoesNotIncludeYetIsWaitedFor() {
        server.expect("offset=b").then(Reply.json("a").part("[]").upToDate());
        server.expect("offset=b").then(Reply.json("b").part("[]").upToDate());
        server.expect("live=sse&offset=b").then(Reply.sse().control("a"));
        server.expect("live=sse&offset=b").then(Reply.sse().data("[1]").control("c", CLOSED));

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .from(Offset.of("b"))
                .live(LiveMode.SSE)
                .batches());
        server.advance(Backoff.DEFAULT.initialDelay().minusMillis(1));
        assertThat(server.requests()).isEqualTo(1);
        server.advance(Duration.ofMinutes(1));

        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        new Batch<>(List.of(), Offset.of("b"), true, false),
                        new Batch<>(List.of(1), Offset.of("c"), true, true));
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "LONG_POLL"})
    void aTailThatStaysBehindThePositionIsAProtocolFailure(LiveMode mode) {
        String live = mode == LiveMode.SSE ? "live=sse" : "live=long-poll";
        expectCaughtUpAt("b");
        for (int i = 0; i < 6; i++) {
            server.expect(live + "&offset=b")
                    .then(
                            mode == LiveMode.SSE
                                    ? Reply.sse().control("a")
                                    : Reply.json("a").part("[]"));
        }

        TestSubscriber<Batch<Integer>> reading = follow(mode);
        server.advance(Duration.ofMinutes(1));

        assertThat(reading.expectTerminalError())
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("backwards, from b to a");
    }
}
