package io.durablestreams.protocol.reader;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadFailure.Outlook;
import io.durablestreams.protocol.reader.Reading.Answer;
import io.durablestreams.protocol.sse.ControlEvent;

import static io.durablestreams.protocol.reader.Reading.AT_ONCE;
import static io.durablestreams.protocol.reader.Reading.LONG;
import static org.assertj.core.api.Assertions.assertThat;

class ReadStateTest {

    private static final Offset A = Offset.of("a");
    private static final Offset B = Offset.of("b");

    @ParameterizedTest
    @EnumSource
    void theFirstRequestNeverIsLive(LiveMode live) {
        assertThat(Reading.from("x", live).next()).isEqualTo("catch up at x");
        assertThat(Reading.from("now", live).next()).isEqualTo("catch up at now");
    }

    @ParameterizedTest
    @EnumSource
    void catchesUpWithoutLiveAndCursorUntilUpToDate(LiveMode live) {
        Reading reading =
                Reading.from("-1", live).answered(new Answer("a").units(3).cursor("1"));

        assertThat(reading.next()).isEqualTo("catch up at a");
        assertThat(reading.emits()).isTrue();
        assertThat(reading.state().checkpoint()).isEqualTo(A);
        assertThat(reading.state().upToDate()).isFalse();
    }

    @Test
    void completesWhenUpToDateUnlessItIsLive() {
        Reading reading = Reading.caughtUp(LiveMode.OFF);

        assertThat(reading.step()).isInstanceOf(ReadStep.Complete.class);
        assertThat(reading.state().upToDate()).isTrue();
        assertThat(reading.state().closed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void completesAtTheEndOfAClosedStreamWhichIsUpToDate(LiveMode live) {
        Reading reading =
                Reading.from("-1", live).answered(new Answer("a").units(1).closed());

        assertThat(reading.step()).isInstanceOf(ReadStep.Complete.class);
        assertThat(reading.state().closed()).isTrue();
        assertThat(reading.state().upToDate()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "LONG_POLL, JSON, LONG_POLL",
        "LONG_POLL, TEXT, LONG_POLL",
        "SSE, JSON, SSE",
        "SSE, TEXT, SSE",
        "AUTO, JSON, SSE",
        "AUTO, BINARY, SSE",
        "AUTO, TEXT, LONG_POLL"
    })
    void goesLiveAsItWasToldOnceItHasCaughtUp(LiveMode live, StreamFormat format, LiveMode expected) {
        Reading reading = Reading.from("-1", live)
                .answered(new Answer("a").units(1).format(format).upToDate().cursor("7"));

        assertThat(reading.next()).isEqualTo(expected + " at a cursor 7");
    }

    @Test
    void echoesTheNewestCursorAndKeepsItWhereNoneCame() {
        Reading reading = Reading.caughtUp(LiveMode.LONG_POLL);
        assertThat(reading.next()).isEqualTo("LONG_POLL at a cursor 1");

        reading.answered(new Answer("b").units(1).upToDate().cursor("2"));
        assertThat(reading.next()).isEqualTo("LONG_POLL at b cursor 2");

        reading.answered(new Answer("b").upToDate());
        assertThat(reading.next()).isEqualTo("LONG_POLL at b cursor 2");
    }

    @Test
    void saysOnceThatItIsUpToDate() {
        Reading reading = Reading.from("a", LiveMode.LONG_POLL).answered(new Answer("a").upToDate());
        assertThat(reading.emits()).isTrue();

        reading.answered(new Answer("a").upToDate());
        assertThat(reading.emits()).isFalse();

        reading.answered(new Answer("b").units(1));
        assertThat(reading.emits()).isTrue();
        assertThat(reading.state().upToDate()).isFalse();

        reading.answered(new Answer("b").upToDate());
        assertThat(reading.emits()).isTrue();
        assertThat(reading.state().upToDate()).isTrue();
    }

    @Test
    void saysThatTheStreamWasClosedWithoutMoreData() {
        Reading reading = Reading.caughtUp(LiveMode.LONG_POLL)
                .answered(new Answer("a").upToDate().closed().took(AT_ONCE));

        assertThat(reading.emits()).isTrue();
        assertThat(reading.step()).isInstanceOf(ReadStep.Complete.class);
    }

    @Test
    void theCheckpointOfAPartIsTheBeginningOfItsAnswer() {
        Reading reading = Reading.from("a", LiveMode.OFF).part(5);
        assertThat(reading.state().checkpoint()).isEqualTo(A);

        reading.part(2).answered(new Answer("b").units(7).nothingFresh().upToDate());
        assertThat(reading.emits())
                .as("the end of the answer moves the checkpoint")
                .isTrue();
        assertThat(reading.state().checkpoint()).isEqualTo(B);
    }

    @Test
    void aRepetitionSkipsWhatWasDelivered() {
        Reading reading = Reading.from("a", LiveMode.OFF).part(5).unreachable();
        assertThat(reading.next()).isEqualTo("catch up at a skip 5 after 50");

        reading.part(2).unreachable();
        assertThat(reading.next()).isEqualTo("catch up at a skip 7 after 100");

        reading.answered(new Answer("b").units(9));
        assertThat(reading.next()).isEqualTo("catch up at b");
    }

    @Test
    void whatWasDeliveredMayReachIntoTheNextAnswer() {
        Reading reading = Reading.from("a", LiveMode.OFF)
                .part(5)
                .unreachable()
                .answered(new Answer("b").units(3).nothingFresh());

        assertThat(reading.next()).isEqualTo("catch up at b skip 2");
        assertThat(reading.state().checkpoint()).isEqualTo(B);
    }

    @Test
    void anOffsetWithinDeliveredTextIsNoCheckpointBecauseItMayCutACharacter() {
        Reading reading = Reading.from("a", LiveMode.OFF)
                .part(5)
                .unreachable()
                .answered(new Answer("b").units(3).nothingFresh().format(StreamFormat.TEXT));

        assertThat(reading.next()).isEqualTo("catch up at b skip 2");
        assertThat(reading.state().checkpoint()).isEqualTo(A);
    }

    @Test
    void theCheckpointStaysBehindHeldBytes() {
        Reading reading = Reading.from("a", LiveMode.LONG_POLL)
                .answered(new Answer("b").units(4).format(StreamFormat.TEXT).held());
        assertThat(reading.next()).isEqualTo("catch up at b");
        assertThat(reading.state().checkpoint()).isEqualTo(A);

        reading.answered(new Answer("c").units(1).format(StreamFormat.TEXT).upToDate());
        assertThat(reading.state().checkpoint()).isEqualTo(Offset.of("c"));

        reading.control(new ControlEvent(Offset.of("d"), null, true, false), true, true);
        assertThat(reading.state().checkpoint()).isEqualTo(Offset.of("c"));
    }

    @Test
    void anAnswerWithDataThatLeadsNowhereIsBroken() {
        assertThat(Reading.from("a", LiveMode.OFF)
                        .answered(new Answer("a").units(1))
                        .step())
                .isInstanceOfSatisfying(
                        ReadStep.Fail.class, fail -> assertThat(fail.reason()).contains("asked for, a"));
        assertThat(Reading.caughtUp(LiveMode.SSE).control("a", true).step()).isInstanceOf(ReadStep.Fail.class);
    }

    @Test
    void anOffsetThatGoesBackwardsIsBroken() {
        assertThat(Reading.from("b", LiveMode.OFF)
                        .answered(new Answer("a").units(1))
                        .step())
                .isInstanceOfSatisfying(
                        ReadStep.Fail.class, fail -> assertThat(fail.reason()).contains("from b to a"));
        assertThat(Reading.caughtUp(LiveMode.SSE).control("A", true).step()).isInstanceOf(ReadStep.Fail.class);
    }

    @Test
    void anEmptyAnswerThatGoesBackwardsIsAskedForAgainBeforeItIsBroken() {
        Reading reading = Reading.from("b", LiveMode.OFF);
        for (long wait : List.of(100, 100, 200, 400, 800)) {
            assertThat(reading.answered(new Answer("a").upToDate()).next()).isEqualTo("catch up at b after " + wait);
            assertThat(reading.emits()).isFalse();
        }

        assertThat(reading.answered(new Answer("a").upToDate()).step()).isInstanceOf(ReadStep.Fail.class);
    }

    @Test
    void aControlEventThatGoesBackwardsEndsTheConnectionBeforeItIsBroken() {
        Reading reading = Reading.caughtUp(LiveMode.SSE);
        for (int i = 0; i < 5; i++) {
            assertThat(reading.control("A", false).step()).isInstanceOf(ReadStep.Request.class);
        }

        assertThat(reading.control("A", false).step()).isInstanceOf(ReadStep.Fail.class);
    }

    @Test
    void progressEndsTheSuspicionOfAnotherStream() {
        Reading reading = Reading.from("b", LiveMode.SSE);
        for (int i = 0; i < 10; i++) {
            reading.answered(new Answer("a").upToDate()).answered(new Answer("b").upToDate());
        }
        for (int i = 0; i < 10; i++) {
            reading.control("a", false).control("b", false);
        }

        assertThat(reading.step()).isInstanceOf(ReadStep.Continue.class);
    }

    @ParameterizedTest
    @CsvSource({"FROM_BEGINNING, -1", "FROM_NOW, now"})
    void anOffsetThatGoesBackwardsRestartsWhereThePolicySays(RestartPolicy policy, String offset) {
        ReadPolicy restarting = Reading.policy(RestartPolicy.FAIL, policy);

        Reading reading = Reading.from("b", restarting)
                .part(3)
                .answered(new Answer("a").units(4).cursor("5"));
        assertThat(reading.next()).isEqualTo("catch up at " + offset + " after 50");
        assertThat(reading.emits()).isFalse();

        reading = Reading.from("b", restarting)
                .answered(new Answer("c").units(1).upToDate().cursor("1"))
                .control("a", true);
        assertThat(reading.next()).isEqualTo("catch up at " + offset + " after 50");
    }

    @Test
    void aGonePositionFailsUnlessThePolicySaysOtherwise() {
        assertThat(Reading.from("a", LiveMode.AUTO).gone().step()).isInstanceOf(ReadStep.GiveUp.class);
    }

    @ParameterizedTest
    @CsvSource({"FROM_BEGINNING, -1", "FROM_NOW, now"})
    void aGonePositionRestartsOnceWhereThePolicySays(RestartPolicy policy, String offset) {
        ReadPolicy restarting = Reading.policy(policy, RestartPolicy.FAIL);

        Reading reading = Reading.from("a", restarting).part(2).gone();
        assertThat(reading.next()).isEqualTo("catch up at " + offset + " after 50");

        assertThat(reading.gone().step()).isInstanceOf(ReadStep.GiveUp.class);
    }

    @Test
    void aCatchUpThatBringsNothingIsSlowedDownAndThenBroken() {
        Reading reading = Reading.from("a", LiveMode.OFF);
        for (int i = 1; i <= 10; i++) {
            reading.answered(new Answer("a"));
            long bound = 100L << (i - 1);
            assertThat(reading.next()).isEqualTo("catch up at a after " + (bound < 15_000 ? bound / 2 : 11_250));
        }

        assertThat(reading.answered(new Answer("a")).step()).isInstanceOf(ReadStep.Fail.class);
    }

    @Test
    void progressEndsTheSuspicionOfALoop() {
        Reading reading = Reading.from("a", LiveMode.OFF);
        for (int i = 0; i < 8; i++) {
            reading.answered(new Answer("a"));
        }

        reading.answered(new Answer("b").units(1)).answered(new Answer("b"));
        assertThat(reading.next()).isEqualTo("catch up at b after 50");
    }

    @Test
    void aLongPollThatWasNotHeldIsSlowedDownButGoesOnForEver() {
        Reading reading = Reading.caughtUp(LiveMode.LONG_POLL);
        for (int i = 0; i < 50; i++) {
            reading.answered(new Answer("a").upToDate().took(AT_ONCE));
        }
        assertThat(reading.next()).isEqualTo("LONG_POLL at a cursor 1 after 11250");

        assertThat(reading.answered(new Answer("a").upToDate()).next()).isEqualTo("LONG_POLL at a cursor 1");
    }

    @Test
    void aControlEventMovesThePositionAndGoesOn() {
        Reading reading = Reading.caughtUp(LiveMode.SSE).control(new ControlEvent(B, "2", false, false), true, false);
        assertThat(reading.step()).isInstanceOf(ReadStep.Continue.class);
        assertThat(reading.emits()).isTrue();
        assertThat(reading.state().checkpoint()).isEqualTo(B);
        assertThat(reading.state().upToDate()).isFalse();

        reading.control("b", false);
        assertThat(reading.emits()).as("up to date now").isTrue();

        reading.control("b", false);
        assertThat(reading.emits()).as("a keep-alive").isFalse();

        assertThat(reading.connectionEnded(LONG).next()).isEqualTo("SSE at b cursor 2");
    }

    @Test
    void aControlEventMayCloseTheStream() {
        Reading reading = Reading.caughtUp(LiveMode.SSE).control(new ControlEvent(B, null, false, true), true, false);

        assertThat(reading.step()).isInstanceOf(ReadStep.Complete.class);
        assertThat(reading.state().closed()).isTrue();
        assertThat(reading.state().upToDate()).isTrue();
    }

    @Test
    void aRotatedConnectionIsReplacedAtOnceAndAShortOneLater() {
        Reading reading = Reading.caughtUp(LiveMode.SSE);

        assertThat(reading.connectionEnded(LONG).next()).isEqualTo("SSE at a cursor 1");
        assertThat(reading.connectionEnded(AT_ONCE).next()).isEqualTo("SSE at a cursor 1 after 50");
        assertThat(reading.connectionEnded(AT_ONCE).next()).isEqualTo("SSE at a cursor 1 after 100");
        assertThat(reading.connectionEnded(AT_ONCE).next()).isEqualTo("SSE at a cursor 1 after 200");
        assertThat(reading.connectionEnded(LONG).next()).isEqualTo("SSE at a cursor 1");
        assertThat(reading.connectionEnded(AT_ONCE).next()).isEqualTo("SSE at a cursor 1 after 50");
    }

    @Test
    void autoFallsBackToLongPollForGoodAfterThreeShortConnectionsInARow() {
        Reading reading = Reading.caughtUp(LiveMode.AUTO)
                .connectionEnded(AT_ONCE)
                .failed(Reading.failure(Outlook.PASSING, null, true, AT_ONCE))
                .connectionEnded(LONG)
                .connectionEnded(AT_ONCE)
                .connectionEnded(AT_ONCE);
        assertThat(reading.next()).startsWith("SSE at a");

        reading.failed(Reading.failure(Outlook.PASSING, null, true, AT_ONCE));
        assertThat(reading.next()).startsWith("LONG_POLL at a cursor 1");

        reading.answered(new Answer("b").units(1).upToDate());
        assertThat(reading.next()).isEqualTo("LONG_POLL at b cursor 1");
    }

    @Test
    void anUnreachableServerIsNoShortConnection() {
        Reading reading = Reading.caughtUp(LiveMode.AUTO)
                .unreachable()
                .unreachable()
                .unreachable()
                .unreachable();

        assertThat(reading.next()).isEqualTo("SSE at a cursor 1 after 400");
    }

    @Test
    void tooMuchUncommittedDataIsCaughtUpWithAndTheReaderIsLiveAgain() {
        Reading reading = Reading.caughtUp(LiveMode.AUTO).overflowed(LONG);
        assertThat(reading.next()).isEqualTo("catch up at a");

        reading.answered(new Answer("b").units(9).upToDate());
        assertThat(reading.next()).isEqualTo("SSE at b cursor 1");
    }

    @Test
    void connectionsThatKeepOverflowingAtOnceAreShortConnections() {
        Reading reading = Reading.caughtUp(LiveMode.AUTO);
        for (int i = 0; i < 3; i++) {
            reading.overflowed(AT_ONCE).answered(new Answer("a").upToDate());
        }

        assertThat(reading.next()).isEqualTo("LONG_POLL at a cursor 1");
    }

    @Test
    void waitsLongerAfterEachFailureAndAtLeastAsTheServerAsks() {
        Reading reading = Reading.caughtUp(LiveMode.LONG_POLL);

        assertThat(reading.unreachable().next()).isEqualTo("LONG_POLL at a cursor 1 after 50");
        assertThat(reading.unreachable().next()).isEqualTo("LONG_POLL at a cursor 1 after 100");
        assertThat(reading.failed(Reading.failure(Outlook.PASSING, Duration.ofSeconds(7), false, AT_ONCE))
                        .next())
                .isEqualTo("LONG_POLL at a cursor 1 after 7000");
    }

    @Test
    void givesUpAtOnceOnWhatWillNotPass() {
        assertThat(Reading.caughtUp(LiveMode.SSE)
                        .failed(Reading.failure(Outlook.LASTING, null, false, AT_ONCE))
                        .step())
                .isInstanceOf(ReadStep.GiveUp.class);
    }

    @Test
    void catchingUpGivesUpAfterItsOwnNumberOfRetries() {
        Reading reading = Reading.from("-1", LiveMode.OFF).unreachable().unreachable();
        assertThat(reading.step()).isInstanceOf(ReadStep.Request.class);

        assertThat(reading.unreachable().step()).isInstanceOf(ReadStep.GiveUp.class);
    }

    @Test
    void aLiveReaderRetriesAsALiveOneBeforeItHasCaughtUp() {
        Reading reading = Reading.from("-1", LiveMode.AUTO)
                .unreachable()
                .unreachable()
                .unreachable()
                .unreachable();
        assertThat(reading.step()).isInstanceOf(ReadStep.Request.class);

        assertThat(reading.unreachable().step()).isInstanceOf(ReadStep.GiveUp.class);
    }

    @Test
    void aReaderThatWasLiveRetriesAsALiveOneEvenWhileItCatchesUpAgain() {
        Reading reading = Reading.caughtUp(LiveMode.SSE)
                .overflowed(LONG)
                .unreachable()
                .unreachable()
                .unreachable()
                .unreachable();
        assertThat(reading.step()).isInstanceOf(ReadStep.Request.class);

        assertThat(reading.unreachable().step()).isInstanceOf(ReadStep.GiveUp.class);
    }

    @Test
    void anAnswerForgivesTheFailuresBeforeIt() {
        Reading reading = Reading.from("-1", LiveMode.OFF)
                .unreachable()
                .unreachable()
                .answered(new Answer("a").units(1))
                .unreachable();

        assertThat(reading.next()).isEqualTo("catch up at a after 50");
    }

    @Test
    void onlyAConnectionThatLivedForAWhileForgivesTheFailuresBeforeIt() {
        Reading reading = Reading.caughtUp(LiveMode.SSE).unreachable().unreachable();

        reading.failed(Reading.failure(Outlook.PASSING, null, true, Duration.ofSeconds(2)));
        assertThat(reading.next()).isEqualTo("SSE at a cursor 1 after 200");

        reading.connectionEnded(AT_ONCE).unreachable();
        assertThat(reading.next()).as("a short connection proves nothing").isEqualTo("SSE at a cursor 1 after 400");

        reading.failed(Reading.failure(Outlook.PASSING, null, true, LONG));
        assertThat(reading.next()).isEqualTo("SSE at a cursor 1 after 50");
    }

    @Test
    void recoversThreeTimesInARowAtOnceAndThenAfterAWait() {
        Reading reading = Reading.caughtUp(LiveMode.SSE);

        assertThat(reading.recovered().next()).isEqualTo("SSE at a cursor 1");
        assertThat(reading.recovered().next()).isEqualTo("SSE at a cursor 1 after 50");
        assertThat(reading.state().mayRecover()).isTrue();
        assertThat(reading.recovered().next()).isEqualTo("SSE at a cursor 1 after 100");
        assertThat(reading.state().mayRecover()).isFalse();

        assertThat(reading.control("a", false).state().mayRecover()).isTrue();
        assertThat(reading.recovered().next()).isEqualTo("SSE at a cursor 1");
    }

    @Test
    void aRecoveryGivesBackTheRetries() {
        Reading reading =
                Reading.from("-1", LiveMode.OFF).unreachable().unreachable().unreachable();
        assertThat(reading.step()).isInstanceOf(ReadStep.GiveUp.class);

        assertThat(reading.recovered().next()).isEqualTo("catch up at -1");
        assertThat(reading.unreachable().unreachable().step()).isInstanceOf(ReadStep.Request.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 206, 400, 405, 406, 415, 426, 501})
    void autoLeavesSseForLongPollWhenItIsRefused(int status) {
        Reading reading = Reading.caughtUp(LiveMode.AUTO).status(Outlook.LASTING, status);
        assertThat(reading.next()).isEqualTo("LONG_POLL at a cursor 1");

        assertThat(reading.status(Outlook.LASTING, status).step()).isInstanceOf(ReadStep.GiveUp.class);
    }

    @Test
    void autoLeavesSseForLongPollAfterAWaitWhenTheServerFails() {
        Reading reading = Reading.caughtUp(LiveMode.AUTO).status(Outlook.PASSING, 500);
        assertThat(reading.next()).isEqualTo("LONG_POLL at a cursor 1 after 50");

        assertThat(reading.status(Outlook.PASSING, 500).next()).isEqualTo("LONG_POLL at a cursor 1 after 100");
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 404, 407})
    void otherRefusalsSayNothingAboutSse(int status) {
        assertThat(Reading.caughtUp(LiveMode.AUTO)
                        .status(Outlook.LASTING, status)
                        .step())
                .isInstanceOf(ReadStep.GiveUp.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 502, 503, 504})
    void neitherDoTransientFailures(int status) {
        assertThat(Reading.caughtUp(LiveMode.AUTO)
                        .status(Outlook.PASSING, status)
                        .next())
                .isEqualTo("SSE at a cursor 1 after 50");
    }

    @Test
    void sseThatWasAskedForIsNotLeft() {
        assertThat(Reading.caughtUp(LiveMode.SSE).status(Outlook.LASTING, 406).step())
                .isInstanceOf(ReadStep.GiveUp.class);
        assertThat(Reading.caughtUp(LiveMode.SSE).status(Outlook.PASSING, 500).next())
                .isEqualTo("SSE at a cursor 1 after 50");
    }

    @Test
    void aRefusalOfSseHoldsAfterARestart() {
        Reading reading = Reading.from("-1", Reading.policy(RestartPolicy.FROM_NOW, RestartPolicy.FAIL))
                .answered(new Answer("a").units(1).upToDate())
                .status(Outlook.LASTING, 406)
                .gone();
        assertThat(reading.next()).startsWith("catch up at now");

        assertThat(reading.answered(new Answer("b").upToDate()).next()).isEqualTo("LONG_POLL at b");
    }

    @Test
    void aLiveReadRetriesADoubtfulFailureNoMoreOftenThanACatchUp() {
        Reading reading = Reading.caughtUp(LiveMode.LONG_POLL);
        for (int i = 0; i < 2; i++) {
            reading.failed(Reading.failure(Outlook.DOUBTFUL, null, false, AT_ONCE));
            assertThat(reading.step()).isInstanceOf(ReadStep.Request.class);
        }

        assertThat(reading.failed(Reading.failure(Outlook.DOUBTFUL, null, false, AT_ONCE))
                        .step())
                .isInstanceOf(ReadStep.GiveUp.class);
    }

    @Test
    void oneDoubtfulFailureAfterAnOutageDoesNotEndALiveRead() {
        Reading reading = Reading.caughtUp(LiveMode.LONG_POLL);
        for (int i = 0; i < 3; i++) {
            reading.failed(Reading.failure(Outlook.PASSING, null, false, AT_ONCE));
        }

        assertThat(reading.failed(Reading.failure(Outlook.DOUBTFUL, null, false, AT_ONCE))
                        .step())
                .isInstanceOf(ReadStep.Request.class);
    }
}
