package io.durablestreams.client.reader;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.ScriptedTransport;
import io.durablestreams.client.fixture.ScriptedTransport.Reply;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.reader.RestartPolicy;

import static io.durablestreams.client.fixture.ScriptedTransport.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

/** What a reader does, by its policy, when its position or its stream is gone, without a network. */
class ReadRestartTest {

    private final ScriptedTransport server = new ScriptedTransport();

    @AfterEach
    void everythingWasExpectedAndReleased() {
        server.assertDone();
    }

    @Test
    void aGonePositionRestartsFromTheBeginningIfItMay() {
        server.expect("offset=a").then(Reply.status(410));
        server.expect("offset=-1").then(Reply.json("m").part("[1]").upToDate());

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .from(Offset.of("a"))
                .settings(ReaderSettings.DEFAULT.withWhenGone(RestartPolicy.FROM_BEGINNING))
                .batches());
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext()).containsExactly(new Batch<>(List.of(1), Offset.of("m"), true, false));
    }

    @Test
    void aGonePositionRestartsFromNowIfItMayAndGoesLiveAgain() {
        server.expect("offset=-1").then(Reply.json("a").part("[]").upToDate());
        server.expect("live=sse&offset=a").then(Reply.status(410));
        server.expect("offset=now").then(Reply.json("m").part("[]").upToDate());
        server.expect("live=sse&offset=m").then(Reply.sse().data("[1]").control("n", ",\"streamClosed\":true"));

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .live(LiveMode.AUTO)
                .settings(ReaderSettings.DEFAULT.withWhenGone(RestartPolicy.FROM_NOW))
                .batches());
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        new Batch<>(List.of(), Offset.of("a"), true, false),
                        new Batch<>(List.of(), Offset.of("m"), true, false),
                        new Batch<>(List.of(1), Offset.of("n"), true, true));
    }

    @Test
    void aStreamThatIsGoneAltogetherFailsUnderEveryPolicy() {
        server.expect("offset=a").then(Reply.status(410));
        server.expect("offset=-1").then(Reply.status(410));

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .from(Offset.of("a"))
                .settings(ReaderSettings.DEFAULT.withWhenGone(RestartPolicy.FROM_BEGINNING))
                .batches());
        server.advance(Backoffs.FIRST);

        assertThat(reading.expectTerminalError()).isInstanceOf(StreamGoneException.class);
    }

    @Test
    void aStreamThatWasCreatedAnewIsReadFromItsBeginningIfItMay() {
        server.expect("offset=-1").then(Reply.json("m").part("[]").upToDate());
        server.expect("live=long-poll&offset=m").then(Reply.text("c").part("new"));
        server.expect("offset=-1").then(Reply.text("c").part("new").closed());

        TestSubscriber<Batch<String>> reading = subscribe(server.reader(String.class)
                .live(LiveMode.LONG_POLL)
                .settings(ReaderSettings.DEFAULT.withWhenRecreated(RestartPolicy.FROM_BEGINNING))
                .batches());
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext())
                .last()
                .isEqualTo(new Batch<>(List.of("new"), Offset.of("c"), true, true));
    }
}
