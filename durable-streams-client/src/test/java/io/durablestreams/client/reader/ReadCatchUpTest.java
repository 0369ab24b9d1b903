package io.durablestreams.client.reader;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.ScriptedTransport;
import io.durablestreams.client.fixture.ScriptedTransport.Reply;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.ScriptedTransport.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

/** Catching up, without a network. */
class ReadCatchUpTest {

    private static final ReaderSettings SMALL_PARTS = ReaderSettings.DEFAULT.withPartBytes(4);

    private final ScriptedTransport server = new ScriptedTransport();

    @AfterEach
    void everythingWasExpectedAndReleased() {
        server.assertDone();
    }

    private static <T> Batch<T> batch(Offset next, List<T> items) {
        return new Batch<>(items, next, false, false);
    }

    private static <T> Batch<T> last(Offset next, List<T> items) {
        return new Batch<>(items, next, true, false);
    }

    @Test
    void readsPageAfterPageUntilUpToDate() {
        server.expect("offset=-1").then(Reply.json("b").parts("[1,", "2]"));
        server.expect("offset=b").then(Reply.json("c").part("[3]").cursor("77"));
        server.expect("offset=c").then(Reply.json("d").part("[4]").upToDate());

        TestSubscriber<Batch<Integer>> reading =
                subscribe(server.reader(Integer.class).batches());

        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        batch(Offset.of("b"), List.of(1, 2)),
                        batch(Offset.of("c"), List.of(3)),
                        last(Offset.of("d"), List.of(4)));
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void encodesTheOffset() {
        server.expect("offset=a%2Bb%25").then(Reply.json("c").part("[]").upToDate());

        assertThat(subscribe(server.reader(Integer.class)
                                .from(Offset.of("a+b%"))
                                .batches())
                        .isTerminatedComplete())
                .isTrue();
    }

    @Test
    void tellsWhereAnEmptyStreamStands() {
        server.expect("offset=-1").then(Reply.json("a").part("[]").upToDate());

        assertThat(subscribe(server.reader(Integer.class).batches()).getReceivedOnNext())
                .containsExactly(last(Offset.of("a"), List.of()));
    }

    @Test
    void tellsThatASavedPositionIsUpToDate() {
        server.expect("offset=a").then(Reply.json("a").part("[]").upToDate());

        assertThat(subscribe(server.reader(Integer.class).from(Offset.of("a")).batches())
                        .getReceivedOnNext())
                .containsExactly(last(Offset.of("a"), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", ""})
    void nowYieldsOnlyItsOffset(String body) {
        Reply reply = Reply.json("z").upToDate();
        server.expect("offset=now").then(body.isEmpty() ? reply : reply.part(body));

        assertThat(subscribe(server.reader(Integer.class).from(Offset.NOW).batches())
                        .getReceivedOnNext())
                .containsExactly(last(Offset.of("z"), List.of()));
    }

    @Test
    void theEndOfAClosedStreamIsInTheBatchThatReachesIt() {
        server.expect("offset=-1").then(Reply.json("b").part("[1]").closed());

        TestSubscriber<Batch<Integer>> reading =
                subscribe(server.reader(Integer.class).batches());

        assertThat(reading.getReceivedOnNext()).containsExactly(new Batch<>(List.of(1), Offset.of("b"), true, true));
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void theEndOfAClosedStreamMayComeAlone() {
        server.expect("offset=-1").then(Reply.json("b").part("[1]"));
        server.expect("offset=b").then(Reply.json("b").part("[]").closed());

        assertThat(subscribe(server.reader(Integer.class).batches()).getReceivedOnNext())
                .containsExactly(batch(Offset.of("b"), List.of(1)), new Batch<>(List.of(), Offset.of("b"), true, true));
    }

    @Test
    void aLargeAnswerComesInPartsThatCarryTheOffsetOfItsBeginning() {
        server.expect("offset=a")
                .then(Reply.json("b")
                        .parts("[11,22", ",33,44,", "55,66,", "77]")
                        .upToDate());

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .from(Offset.of("a"))
                .settings(SMALL_PARTS)
                .batches());

        Offset beginning = Offset.of("a");
        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        batch(beginning, List.of(11, 22, 33, 44)),
                        batch(beginning, List.of(55, 66)),
                        last(Offset.of("b"), List.of(77)));
    }

    @Test
    void aLastPartWithoutItemsStillCarriesTheOffset() {
        server.expect("offset=a").then(Reply.bytes("b").parts("1234", "5678").upToDate());

        TestSubscriber<Batch<byte[]>> reading = subscribe(server.reader(byte[].class)
                .from(Offset.of("a"))
                .settings(SMALL_PARTS)
                .batches());

        assertThat(reading.getReceivedOnNext())
                .extracting(Batch::nextOffset)
                .containsExactly(Offset.of("a"), Offset.of("a"), Offset.of("b"));
        assertThat(reading.getReceivedOnNext().get(2)).isEqualTo(last(Offset.of("b"), List.of()));
    }

    @Test
    void messagesDeliveredBeforeACutAreSkippedInTheRepetition() {
        server.expect("offset=a").then(Reply.json("z").parts("[11,22,33", ",44").cut());
        server.expect("offset=a").then(Reply.json("z").parts("[11", ",22,33,44,55", ",66]"));
        server.expect("offset=z").then(Reply.json("z").part("[]").upToDate());

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .from(Offset.of("a"))
                .settings(SMALL_PARTS)
                .batches());
        server.time.advanceTimeBy(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext()).flatExtracting(Batch::items).containsExactly(11, 22, 33, 44, 55, 66);
        assertThat(reading.getReceivedOnNext()).last().isEqualTo(last(Offset.of("z"), List.of()));
    }

    @Test
    void whatIsSkippedMayBeMoreThanTheFirstAnswerOfTheRepetition() {
        server.expect("offset=a").then(Reply.json("z").part("[11,22,33").cut());
        server.expect("offset=a").then(Reply.json("b").part("[11]"));
        server.expect("offset=b").then(Reply.json("z").part("[22,33,44]").upToDate());

        TestSubscriber<Batch<Integer>> reading = subscribe(server.reader(Integer.class)
                .from(Offset.of("a"))
                .settings(SMALL_PARTS)
                .batches());
        server.time.advanceTimeBy(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext())
                .containsExactly(
                        batch(Offset.of("a"), List.of(11, 22)),
                        batch(Offset.of("b"), List.of()),
                        batch(Offset.of("b"), List.of(33, 44)),
                        last(Offset.of("z"), List.of()));
    }

    @Test
    void bytesDeliveredBeforeACutAreSkippedInTheRepetition() {
        server.expect("offset=-1").then(Reply.bytes("z").parts("12345", "6").cut());
        server.expect("offset=-1")
                .then(Reply.bytes("z").parts("123", "45678", "9").upToDate());

        TestSubscriber<byte[]> reading =
                subscribe(server.reader(byte[].class).settings(SMALL_PARTS).items());
        server.time.advanceTimeBy(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext())
                .extracting(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .containsExactly("12345", "6789");
    }

    @Test
    void textDeliveredBeforeACutIsSkippedEvenWhereACharacterWasCut() {
        byte[] all = "aäöü€😀z".getBytes(StandardCharsets.UTF_8);
        for (int first = 1; first < all.length; first++) {
            for (int second = first + 1; second < all.length; second++) {
                ScriptedTransport cutting = new ScriptedTransport();
                cutting.expect("offset=-1")
                        .then(Reply.text("z")
                                .part(Arrays.copyOfRange(all, 0, first))
                                .part(Arrays.copyOfRange(all, first, second))
                                .cut());
                cutting.expect("offset=-1").then(Reply.text("z").part(all).upToDate());

                TestSubscriber<String> reading = subscribe(cutting.reader(String.class)
                        .settings(SMALL_PARTS.withPartBytes(1))
                        .items());
                cutting.advance(Backoffs.FIRST);

                assertThat(String.join("", reading.getReceivedOnNext()))
                        .as("cut at %d and %d", first, second)
                        .isEqualTo("aäöü€😀z");
                cutting.assertDone();
            }
        }
    }

    @Test
    void theCheckpointNeverPassesAHeldBackCharacter() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        server.expect("offset=a").then(Reply.text("b").part("x").part(new byte[] {euro[0]}));
        server.expect("offset=b").then(Reply.text("c").part(new byte[] {euro[1]}));
        server.expect("offset=c")
                .then(Reply.text("d").part(new byte[] {euro[2], 'y'}).upToDate());

        TestSubscriber<Batch<String>> reading =
                subscribe(server.reader(String.class).from(Offset.of("a")).batches());

        assertThat(reading.getReceivedOnNext())
                .containsExactly(batch(Offset.of("a"), List.of("x")), last(Offset.of("d"), List.of("€y")));
    }

    @Test
    void anIncompleteCharacterAtTheEndOfAClosedStreamIsReplaced() {
        server.expect("offset=-1")
                .then(Reply.text("b").part(new byte[] {'x', (byte) 0xe2}).closed());

        assertThat(subscribe(server.reader(String.class).batches()).getReceivedOnNext())
                .containsExactly(new Batch<>(List.of("x\ufffd"), Offset.of("b"), true, true));
    }

    @Test
    void accumulates() {
        server.expect("offset=-1").then(Reply.json("b").part("[1,2]"));
        server.expect("offset=b").then(Reply.json("c").part("[3]").upToDate());
        server.expect("offset=-1").then(Reply.json("b").part("[1,{\"a\": 2}]").closed());

        assertThat(subscribe(server.reader(Integer.class).collect()).getReceivedOnNext())
                .containsExactly(List.of(1, 2, 3));
        assertThat(subscribe(server.reader(Integer.class).text()).getReceivedOnNext())
                .containsExactly("[1,{\"a\": 2}]");
    }

    @Test
    void accumulatingStopsAtTheTailWhateverTheLiveMode() {
        StreamReader<Integer> follower = server.reader(Integer.class).live(LiveMode.AUTO);
        for (int i = 0; i < 3; i++) {
            server.expect("offset=-1").then(Reply.json("b").part("[1,2]"));
            server.expect("offset=b").then(Reply.json("c").part("[3]").upToDate());
        }

        assertThat(subscribe(follower.collect()).getReceivedOnNext()).containsExactly(List.of(1, 2, 3));
        assertThat(subscribe(follower.text()).getReceivedOnNext()).containsExactly("[1,2,3]");
        assertThat(subscribe(follower.body()).getReceivedOnNext())
                .containsExactly("[1,2,3]".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void accumulatingFailsAsAWhole() {
        server.expect("offset=-1").then(Reply.json("b").part("[1,2]"));
        server.expect("offset=b").then(Reply.status(410));

        TestSubscriber<List<Integer>> reading =
                subscribe(server.reader(Integer.class).collect());

        assertThat(reading.getReceivedOnNext()).isEmpty();
        assertThat(reading.expectTerminalError()).isInstanceOf(StreamGoneException.class);
    }

    @Test
    void everySubscriptionIsASessionOfItsOwn() {
        StreamReader<Integer> reader = server.reader(Integer.class);
        server.expect("offset=-1").then(Reply.json("b").part("[1]").upToDate());
        server.expect("offset=-1").then(Reply.json("b").part("[1]").upToDate());

        Flux<Integer> items = reader.items();

        assertThat(subscribe(items).getReceivedOnNext()).containsExactly(1);
        assertThat(subscribe(items).getReceivedOnNext()).containsExactly(1);
    }
}
