package io.durablestreams.client.reader;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.ScriptedTransport;
import io.durablestreams.client.fixture.ScriptedTransport.Reply;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.ScriptedTransport.subscribe;
import static io.durablestreams.client.fixture.ScriptedTransport.subscribeIdly;
import static org.assertj.core.api.Assertions.assertThat;

/** What a reader asks for, what it gives up, and when it stops waiting, without a network. */
class ReadDemandTest {

    private static final ReaderSettings SMALL_PARTS = ReaderSettings.DEFAULT.withPartBytes(1);
    private static final String CLOSED = ",\"streamClosed\":true";

    private final ScriptedTransport server = new ScriptedTransport();

    @AfterEach
    void everythingWasExpectedAndReleased() {
        server.assertDone();
    }

    private void expectCaughtUpAt(String offset) {
        server.expect("offset=-1").then(Reply.json(offset).part("[]").upToDate());
    }

    private StreamReader<Integer> follower() {
        return server.reader(Integer.class).live(LiveMode.SSE);
    }

    @Test
    void nothingIsRequestedBeforeSomethingIsAskedFor() {
        TestSubscriber<Batch<Integer>> batches =
                subscribeIdly(server.reader(Integer.class).batches());
        TestSubscriber<Integer> items =
                subscribeIdly(server.reader(Integer.class).items());
        assertThat(server.requests()).isZero();

        server.expect("offset=-1").then(Reply.json("a").part("[1,2]"));
        batches.request(1);
        assertThat(batches.getReceivedOnNext()).hasSize(1);
        assertThat(server.requests()).as("the next page waits").isEqualTo(1);

        server.expect("offset=-1").then(Reply.json("a").part("[1,2]"));
        items.request(1);
        assertThat(items.getReceivedOnNext()).containsExactly(1);
        assertThat(server.requests()).isEqualTo(2);
        batches.cancel();
        items.cancel();
    }

    @Test
    void noMoreOfAnAnswerIsTakenThanTheDemandAndOnePartAhead() {
        server.expect("offset=-1")
                .then(Reply.bytes("z").parts("1", "2", "3", "4", "5", "6").upToDate());

        TestSubscriber<Batch<byte[]>> reading =
                subscribeIdly(server.reader(byte[].class).settings(SMALL_PARTS).batches());
        reading.request(2);

        assertThat(reading.getReceivedOnNext()).hasSize(2);
        assertThat(server.partsTaken()).isEqualTo(3);
        reading.request(10);
        assertThat(reading.getReceivedOnNext()).hasSize(7);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void whatWasReadIsDeliveredAlthoughTheConnectionBreaksWhileItWaits() {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a")
                .then(Reply.sse()
                        .part("event: data\ndata: [1]\n\nevent: control\ndata: {\"streamNextOffset\":\"b\"}\n\n"
                                + "event: data\ndata: [2]\n\nevent: control\ndata: {\"streamNextOffset\":\"c\"}\n\n")
                        .open()
                        .cutAfter(Duration.ofSeconds(1)));
        server.expect("live=sse&offset=c").then(Reply.sse().data("[3]").control("d", CLOSED));

        TestSubscriber<Batch<Integer>> reading = subscribeIdly(follower().batches());
        reading.request(2);
        server.advance(Duration.ofSeconds(2));
        reading.request(10);
        server.advance(Duration.ofSeconds(2));

        assertThat(reading.getReceivedOnNext()).flatExtracting(Batch::items).containsExactly(1, 2, 3);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void itemsAreDeliveredBeforeTheFailureBehindThem() {
        server.expect("offset=-1").then(Reply.json("a").part("[1,2,3]"));
        server.expect("offset=a").then(Reply.status(410));

        TestSubscriber<Integer> reading =
                subscribeIdly(server.reader(Integer.class).items());
        reading.request(1);
        reading.request(10);

        assertThat(reading.getReceivedOnNext()).containsExactly(1, 2, 3);
        assertThat(reading.expectTerminalError()).isInstanceOf(StreamGoneException.class);
    }

    @Test
    void aRetryWaitsForDemandAsWell() {
        server.expect("offset=-1").then(Reply.bytes("z").parts("1", "2").cut());

        TestSubscriber<Batch<byte[]>> reading =
                subscribeIdly(server.reader(byte[].class).settings(SMALL_PARTS).batches());
        reading.request(2);
        server.advance(Duration.ofMinutes(1));
        assertThat(server.requests()).isEqualTo(1);

        server.expect("offset=-1").then(Reply.bytes("z").parts("1", "2", "3").upToDate());
        reading.request(1);

        assertThat(reading.getReceivedOnNext()).hasSize(3);
        reading.cancel();
    }

    enum Moment {
        BEFORE_THE_ANSWER,
        IN_THE_BODY,
        IN_A_WAIT,
        BETWEEN_PARTS
    }

    @ParameterizedTest
    @EnumSource
    void cancellingAbortsWhateverIsGoingOn(Moment moment) {
        server.expect("offset=-1")
                .then(
                        switch (moment) {
                            case BEFORE_THE_ANSWER -> Reply.none();
                            case IN_THE_BODY -> Reply.bytes("z").part("1").open();
                            case IN_A_WAIT -> Reply.status(503);
                            case BETWEEN_PARTS ->
                                Reply.bytes("z").parts("1", "2", "3").open();
                        });

        TestSubscriber<byte[]> reading =
                subscribeIdly(server.reader(byte[].class).settings(SMALL_PARTS).items());
        reading.request(moment == Moment.BETWEEN_PARTS ? 1 : 10);
        reading.cancel();
        server.advance(Duration.ofMinutes(10));

        assertThat(server.requests()).isEqualTo(1);
        assertThat(server.cancelled()).isEqualTo(moment == Moment.IN_A_WAIT ? 0 : 1);
    }

    @Test
    void aSilentConnectionIsGivenUpAndOpenedAnew() {
        expectCaughtUpAt("a");
        server.expect("live=sse&offset=a")
                .then(Reply.sse().data("[1]").control("b").data("[2]").open());
        server.expect("live=sse&offset=b").then(Reply.sse().data("[2]").control("c", CLOSED));

        TestSubscriber<Batch<Integer>> reading = subscribe(follower().batches());
        server.advance(ReaderSettings.DEFAULT.timeouts().sseIdleTimeout().minusMillis(1));
        assertThat(server.requests()).isEqualTo(2);
        server.advance(Duration.ofMillis(1));
        assertThat(server.cancelled()).as("the silent exchange").isEqualTo(1);
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext()).flatExtracting(Batch::items).containsExactly(1, 2);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() {
        server.expect("offset=-1").then(Reply.none());
        server.expect("offset=-1").then(Reply.json("a").part("[]").upToDate());
        server.expect("live=long-poll&offset=a").then(Reply.none());
        server.expect("live=long-poll&offset=a").then(Reply.nothingNew("a").closed());

        TestSubscriber<Batch<Integer>> reading =
                subscribe(server.reader(Integer.class).live(LiveMode.LONG_POLL).batches());
        server.advance(ReaderSettings.DEFAULT.timeouts().requestTimeout());
        assertThat(server.cancelled()).isEqualTo(1);
        server.advance(Backoffs.FIRST);
        assertThat(server.requests()).isEqualTo(3);
        server.advance(ReaderSettings.DEFAULT.timeouts().longPollTimeout().minusMillis(1));
        assertThat(server.cancelled()).isEqualTo(1);
        server.advance(Duration.ofMillis(1));
        assertThat(server.cancelled()).isEqualTo(2);
        server.advance(Backoffs.FIRST);

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void aConnectionThatSaysSomethingNowAndThenLives() {
        expectCaughtUpAt("a");
        Reply sse = Reply.sse();
        for (int i = 0; i < 10; i++) {
            sse.pause(Duration.ofSeconds(80)).control("a");
        }
        server.expect("live=sse&offset=a").then(sse.control("a", CLOSED));

        TestSubscriber<Batch<Integer>> reading = subscribe(follower().batches());
        server.advance(Duration.ofSeconds(800));

        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void timeInWhichNothingIsAskedForIsNoSilence() {
        server.expect("offset=-1")
                .then(Reply.bytes("z").parts("1", "2", "3", "4").upToDate());

        TestSubscriber<byte[]> reading =
                subscribeIdly(server.reader(byte[].class).settings(SMALL_PARTS).items());
        for (int i = 0; i < 4; i++) {
            reading.request(1);
            server.advance(Duration.ofHours(1));
        }
        reading.request(1);

        assertThat(reading.getReceivedOnNext()).hasSize(4);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void everyAttemptAsksForItsHeadersAndParametersAnew() {
        int[] count = {0};
        DurableStreamClient client = server.builder()
                .header("Authorization", () -> "token " + ++count[0])
                .parameter("tenant", Mono.just("a&b"))
                .build();
        server.expect("offset=-1&tenant=a%26b")
                .with("Authorization", "token 1")
                .then(Reply.failure(NoAnswer.after(new IOException("reset"))));
        server.expect("offset=-1&tenant=a%26b")
                .with("Authorization", "token 2")
                .then(Reply.json("a").part("[]").upToDate());
        server.expect("live=sse&offset=a&tenant=a%26b")
                .with("Authorization", "token 3")
                .then(Reply.sse().control("a", CLOSED));

        TestSubscriber<Batch<Integer>> reading = subscribe(client.stream(ScriptedTransport.URL)
                .reader(Integer.class)
                .live(LiveMode.SSE)
                .batches());
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext()).last().isEqualTo(new Batch<>(List.of(), Offset.of("a"), true, true));
    }
}
