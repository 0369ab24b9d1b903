package io.durablestreams.client.reader;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.ScriptedTransport;
import io.durablestreams.client.fixture.ScriptedTransport.Reply;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.ScriptedTransport.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

/** Following a stream by long-poll, by SSE, and the choice between the two, without a network. */
class ReadLiveTest {

    private static final Duration HELD = Duration.ofSeconds(30);
    private static final String UP_TO_DATE = ",\"upToDate\":true";
    private static final String CLOSED = ",\"streamClosed\":true";

    private final ScriptedTransport server = new ScriptedTransport();

    @AfterEach
    void everythingWasExpectedAndReleased() {
        server.assertDone();
    }

    private static String cursor(String cursor) {
        return ",\"streamCursor\":\"" + cursor + "\"";
    }

    private TestSubscriber<Batch<Integer>> follow(LiveMode mode) {
        return subscribe(server.reader(Integer.class).live(mode).batches());
    }

    private void expectCaughtUpAt(String offset) {
        server.expect("offset=-1").then(Reply.json(offset).part("[]").upToDate());
    }

    @Test
    void longPollEchoesTheNewestCursorAndEndsWithTheStream() {
        server.expect("offset=-1").then(Reply.json("a").part("[1]").upToDate());
        server.expect("live=long-poll&offset=a")
                .then(Reply.nothingNew("a").cursor("7").pause(HELD));
        server.expect("cursor=7&live=long-poll&offset=a")
                .then(Reply.json("b").cursor("8").pause(HELD).part("[2]").upToDate());
        server.expect("cursor=8&live=long-poll&offset=b")
                .then(Reply.nothingNew("b").pause(HELD)); // without a cursor: the last one stays
        server.expect("cursor=8&live=long-poll&offset=b")
                .then(Reply.json("c").part("[3]").upToDate().closed());

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.LONG_POLL);
        server.advance(HELD.multipliedBy(4));

        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        new Batch<>(List.of(1), Offset.of("a"), true, false),
                        new Batch<>(List.of(2), Offset.of("b"), true, false),
                        new Batch<>(List.of(3), Offset.of("c"), true, true));
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void longPollTellsThatTheStreamWasClosedWithoutMoreData() {
        expectCaughtUpAt("a");
        server.expect("live=long-poll&offset=a").then(Reply.nothingNew("a").closed());

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.LONG_POLL);

        assertThat(reading.getReceivedOnNext()).last().isEqualTo(new Batch<>(List.of(), Offset.of("a"), true, true));
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void longPollDeliversTheRestOfACharacterWhenTheStreamIsClosed() {
        server.expect("offset=-1")
                .then(Reply.text("a").part(new byte[] {'x', (byte) 0xe2}).upToDate());
        server.expect("live=long-poll&offset=a").then(Reply.nothingNew("a").closed());

        TestSubscriber<Batch<String>> reading =
                subscribe(server.reader(String.class).live(LiveMode.AUTO).batches());

        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        new Batch<>(List.of("x"), Offset.BEGINNING, true, false),
                        new Batch<>(List.of("\ufffd"), Offset.of("a"), true, true));
    }

    @Test
    void aServerThatDoesNotHoldALongPollIsAskedLessAndLessOften() {
        expectCaughtUpAt("a");
        TestSubscriber<Batch<Integer>> reading;
        for (int i = 0; i < 4; i++) {
            server.expect("live=long-poll&offset=a").then(Reply.nothingNew("a"));
        }
        server.expect("live=long-poll&offset=a").then(Reply.none());

        reading = follow(LiveMode.LONG_POLL);
        assertThat(server.requests()).isEqualTo(2);
        server.advance(Backoffs.FIRST);
        assertThat(server.requests()).isEqualTo(3);
        server.advance(Backoffs.SECOND.minusMillis(1));
        assertThat(server.requests()).isEqualTo(3);
        server.advance(Duration.ofMillis(1));
        assertThat(server.requests()).isEqualTo(4);
        server.advance(Backoffs.THIRD);
        server.advance(Backoffs.THIRD.multipliedBy(2));

        assertThat(server.requests()).isEqualTo(6);
        reading.cancel();
    }

    @Test
    void sseAsksForEventsAndCommitsSeveralDataEventsWithOneControlEvent() {
        server.expect("offset=-1").then(Reply.json("a").part("[1]").upToDate().cursor("5"));
        server.expect("cursor=5&live=sse&offset=a")
                .with("Accept", "text/event-stream")
                .then(Reply.sse()
                        .control("a", UP_TO_DATE, cursor("6"))
                        .data("[2]")
                        .data(" [3, 4]")
                        .control("b", UP_TO_DATE, cursor("7"))
                        .data("[5]")
                        .control("c", CLOSED));

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.SSE);

        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        new Batch<>(List.of(1), Offset.of("a"), true, false),
                        new Batch<>(List.of(2, 3, 4), Offset.of("b"), true, false),
                        new Batch<>(List.of(5), Offset.of("c"), true, true));
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void sseSkipsWhatItDoesNotKnow() {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a")
                .then(Reply.sse()
                        .part(": a comment\n\nretry: 5\nid: 1\n\nevent: other\ndata: x\n\n")
                        .part("data: no type\n\n")
                        .data("[1]")
                        .part("event: other\ndata: [9]\n\n")
                        .control("b", ",\"more\":{\"a\":[1]}", CLOSED));

        assertThat(follow(LiveMode.SSE).getReceivedOnNext())
                .last()
                .isEqualTo(new Batch<>(List.of(1), Offset.of("b"), true, true));
    }

    @ParameterizedTest
    @EnumSource
    void sseDropsDataWithoutAControlEventAndReadsItAgain(Ending ending) {
        expectCaughtUpAt("a");
        Reply first = Reply.sse()
                .pause(Duration.ofSeconds(60))
                .data("[1]")
                .control("b", cursor("9"))
                .data("[2]");
        server.expect("live=sse&offset=a").then(ending == Ending.CUT ? first.cut() : first);
        server.expect("cursor=9&live=sse&offset=b")
                .then(Reply.sse().data("[2]").data("[3]").control("c", CLOSED));

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.AUTO);
        server.advance(Duration.ofSeconds(60));
        server.advance(ending == Ending.CUT ? Backoffs.FIRST : Duration.ZERO);

        assertThat(reading.getReceivedOnNext()).flatExtracting(Batch::items).containsExactly(1, 2, 3);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    enum Ending {
        CLEAN,
        CUT
    }

    @Test
    void sseRotationIsFollowedAtOnce() {
        expectCaughtUpAt("a");
        for (int i = 0; i < 5; i++) {
            server.expect((i == 0 ? "" : "cursor=" + i + "&") + "live=sse&offset=a")
                    .then(Reply.sse()
                            .control("a", UP_TO_DATE, cursor(Integer.toString(i + 1)))
                            .pause(Duration.ofSeconds(60)));
        }
        server.expect("cursor=5&live=sse&offset=a").then(Reply.sse().control("a", CLOSED));

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.AUTO);
        server.advance(Duration.ofMinutes(5));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void autoFallsBackToLongPollWhenConnectionsStayShort() {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a").then(Reply.sse().data("[1]").control("b", cursor("3")));
        server.expect("cursor=3&live=sse&offset=b").then(Reply.sse());
        server.expect("cursor=3&live=sse&offset=b").then(Reply.sse().data("[2]").cut());
        server.expect("cursor=3&live=long-poll&offset=b")
                .then(Reply.json("c").part("[2]").upToDate().cursor("4"));
        server.expect("cursor=4&live=long-poll&offset=c")
                .then(Reply.nothingNew("c").closed());

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.AUTO);
        assertThat(server.requests()).as("the first wait").isEqualTo(2);
        server.advance(Backoffs.FIRST);
        server.advance(Backoffs.SECOND);
        server.advance(Backoffs.THIRD);

        assertThat(reading.getReceivedOnNext()).flatExtracting(Batch::items).containsExactly(1, 2);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void sseStaysSseWhenItWasAskedForHoweverShortItsConnections() {
        expectCaughtUpAt("a");
        for (int i = 0; i < 6; i++) {
            server.expect("live=sse&offset=a").then(Reply.sse());
        }
        server.expect("live=sse&offset=a").then(Reply.sse().control("a", CLOSED));

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.SSE);
        server.advance(Duration.ofSeconds(10));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void aServerThatIsAwayForAWhileSaysNothingAgainstSse() {
        expectCaughtUpAt("a");
        for (int i = 0; i < 5; i++) {
            server.expect("live=sse&offset=a")
                    .then(Reply.failure(NoAnswer.before(new java.net.ConnectException("refused"))));
        }
        server.expect("live=sse&offset=a").then(Reply.sse().control("a", CLOSED));

        TestSubscriber<Batch<Integer>> reading = follow(LiveMode.AUTO);
        server.advance(Duration.ofSeconds(10));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void autoFollowsTextByLongPoll() {
        server.expect("offset=-1").then(Reply.text("a").part("x").upToDate());
        server.expect("live=long-poll&offset=a")
                .then(Reply.text("b").part(" y\r\n").upToDate().closed());

        assertThat(subscribe(server.reader(String.class).live(LiveMode.AUTO).items())
                        .getReceivedOnNext())
                .containsExactly("x", " y\r\n");
    }

    @Test
    void sseCarriesTextWhenItWasAskedFor() {
        server.expect("offset=-1").then(Reply.text("a").upToDate());
        server.expect("live=sse&offset=a")
                .then(Reply.sse()
                        .part("event: data\ndata:one\ndata: two\n\n")
                        .data("€")
                        .control("b", CLOSED));

        assertThat(subscribe(server.reader(String.class).live(LiveMode.SSE).items())
                        .getReceivedOnNext())
                .containsExactly("one\ntwo", "€");
    }

    @Test
    void sseCarriesBytesAsBase64InAnyNumberOfLines() {
        server.expect("offset=-1").then(Reply.bytes("a").upToDate());
        server.expect("live=sse&offset=a")
                .then(Reply.sse()
                        .with("Stream-SSE-Data-Encoding", "base64")
                        .data("YQ==")
                        .part("event: data\r\ndata:Ym\r\ndata:M=\r\n\r\n")
                        .data("")
                        .control("b", CLOSED));

        assertThat(subscribe(server.reader(byte[].class).live(LiveMode.AUTO).items())
                        .getReceivedOnNext())
                .extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .containsExactly("a", "bc");
    }

    @Test
    void tooManyUncommittedEventsAreReadByCatchingUpInstead() {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a")
                .then(Reply.sse().data("[11]").data("[22]").data("[33]"));
        server.expect("offset=a").then(Reply.json("b").part("[11,22,33]").upToDate());
        server.expect("live=sse&offset=b").then(Reply.sse().control("b", CLOSED));

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .settings(ReaderSettings.DEFAULT.withMaxMessageBytes(9))
                .live(LiveMode.AUTO)
                .batches());
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext()).flatExtracting(Batch::items).containsExactly(11, 22, 33);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void anEventOfManyMessagesMayBeLargerThanAMessage() {
        String messages = "[" + "1234567890,".repeat(1000) + "0]";
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a").then(Reply.sse().data(messages));
        server.expect("offset=a").then(Reply.json("b").part(messages).upToDate());
        server.expect("live=sse&offset=b").then(Reply.sse().control("b", CLOSED));

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .settings(ReaderSettings.DEFAULT.withMaxMessageBytes(4096))
                .live(LiveMode.AUTO)
                .batches());
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext()).flatExtracting(Batch::items).hasSize(1001);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void autoFallsBackToLongPollWhenConnectionsKeepOverflowing() {
        expectCaughtUpAt("a");
        for (int i = 0; i < 3; i++) {
            server.expect("live=sse&offset=a")
                    .then(Reply.sse().part("event: other\ndata: " + "x".repeat(5000) + "\n\n"));
            server.expect("offset=a").then(Reply.json("a").part("[]").upToDate());
        }
        server.expect("live=long-poll&offset=a").then(Reply.nothingNew("a").closed());

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .settings(ReaderSettings.DEFAULT.withMaxMessageBytes(4096))
                .live(LiveMode.AUTO)
                .batches());
        server.advance(Duration.ofSeconds(1));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void goesLiveFromNow() {
        server.expect("offset=now").then(Reply.json("t").part("[]").upToDate());
        server.expect("live=sse&offset=t").then(Reply.sse().data("[1]").control("u", CLOSED));

        assertThat(subscribe(server.reader(Integer.class)
                                .from(Offset.NOW)
                                .live(LiveMode.AUTO)
                                .batches())
                        .getReceivedOnNext())
                .containsExactly(
                        new Batch<>(List.of(), Offset.of("t"), true, false),
                        new Batch<>(List.of(1), Offset.of("u"), true, true));
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsClosedAlreadyEndsWithoutALiveRequest(LiveMode mode) {
        server.expect("offset=-1").then(Reply.json("a").part("[1]").closed());

        assertThat(follow(mode).isTerminatedComplete()).isTrue();
    }

    @Test
    void fallingBehindTheTailIsNotUpToDate() {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a")
                .then(Reply.sse()
                        .data("[1]")
                        .control("b")
                        .data("[2]")
                        .control("c")
                        .control("c", UP_TO_DATE)
                        .control("c", CLOSED));

        assertThat(follow(LiveMode.SSE).getReceivedOnNext())
                .extracting(Batch::upToDate)
                .containsExactly(true, false, false, true, true);
    }
}
