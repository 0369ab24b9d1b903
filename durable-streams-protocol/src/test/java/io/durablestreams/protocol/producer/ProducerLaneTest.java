package io.durablestreams.protocol.producer;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.LaneStep.Attempt;

import static io.durablestreams.protocol.producer.ScriptedLane.DELIVERY_TIMEOUT;
import static io.durablestreams.protocol.producer.ScriptedLane.POLICY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/** What a lane does while nothing is refused: numbers, the window, unknown outcomes and deadlines. */
class ProducerLaneTest {

    private final ScriptedLane lane = new ScriptedLane(POLICY);

    @Test
    void sendsOneBatchUntilTheEpochIsConfirmedThenAsManyAsMayBeInFlight() {
        assertThat(lane.offer("a")).containsExactly("send a 0/0");
        assertThat(lane.offer("b")).isEmpty();
        lane.with("c", "d", "e");

        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED", "send b 0/1", "send c 0/2", "send d 0/3");
        assertThat(lane.stored("b")).containsExactly("acknowledge b STORED", "send e 0/4");
        assertThat(lane.stored("d")).containsExactly("acknowledge d STORED");
        assertThat(lane.stored("c")).containsExactly("acknowledge c STORED");
        assertThat(lane.stored("e")).containsExactly("acknowledge e STORED");
        assertThat(lane.lane().isIdle()).isTrue();
    }

    @Test
    void startsWithTheEpochOfThePolicy() {
        ScriptedLane seventh = new ScriptedLane(
                new LanePolicy(7, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, false, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT));

        assertThat(seventh.offer("a")).containsExactly("send a 7/0");
        assertThat(seventh.lane().epoch()).isEqualTo(7);
    }

    @Test
    void tellsWhetherABatchWouldGoOutAtOnce() {
        assertThat(lane.lane().hasWindow()).isTrue();
        lane.offer("a");
        assertThat(lane.lane().hasWindow()).as("unconfirmed").isFalse();
        lane.stored("a");
        lane.with("b", "c");
        assertThat(lane.lane().hasWindow()).isTrue();
        lane.offer("d");
        assertThat(lane.lane().hasWindow()).as("three in flight").isFalse();
        lane.stored("b");
        assertThat(lane.lane().hasWindow()).isTrue();
        lane.lost("c");
        assertThat(lane.lane().hasWindow()).as("behind a retry").isFalse();
        assertThat(lane.lane().inFlight()).isEqualTo(1);
        ScriptedLane other = new ScriptedLane(POLICY).confirmed().with("a", "b");
        other.rejected("a");
        assertThat(other.lane().hasWindow()).as("before a new numbering").isFalse();
    }

    @Test
    void aLongQueueMakesNoAnswerDearer() {
        int batches = 100_000;
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < batches; i++) {
                lane.offer("batch " + i);
            }
            for (int i = 0; i < batches; i++) {
                if (i % 3 == 1) {
                    assertThat(lane.rejected("batch " + i)).contains("fail batch " + i + " REJECTED: bad");
                    for (int j = i + 1; j < Math.min(i + 3, batches); j++) {
                        lane.gap("batch " + j, lane.attempt("batch " + i).seq());
                    }
                } else {
                    assertThat(lane.stored("batch " + i)).contains("acknowledge batch " + i + " STORED");
                }
            }
        });
        assertThat(lane.lane().isIdle()).isTrue();
    }

    @Test
    void goesOnBehindTheHighestAcknowledgedNumber() {
        lane.confirmed().with("a", "b", "c");
        lane.stored("b");
        lane.stored("a");

        lane.rejected("c");

        assertThat(lane.offer("d")).containsExactly("send d 0/3");
    }

    // Unknown outcomes.

    @Test
    void retriesUnderTheSameNumberWithGrowingWaitsAndHoldsBackWhatIsBehind() {
        lane.confirmed().offer("a");

        assertThat(lane.lost("a")).isEmpty();
        assertThat(lane.wakeIn()).isEqualTo(Duration.ofMillis(50));
        assertThat(lane.offer("b")).isEmpty();
        assertThat(lane.after(Duration.ofMillis(49))).isEmpty();
        assertThat(lane.wakeIn()).isEqualTo(Duration.ofMillis(1));
        assertThat(lane.after(Duration.ofMillis(1))).containsExactly("send a 0/1", "send b 0/2");
        lane.lost("a");
        assertThat(lane.wakeIn()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void takesADuplicateForItsOwnAppendAfterAnUnknownOutcome() {
        lane.confirmed().offer("a");
        lane.lost("a");
        lane.after(Duration.ofMillis(50));

        assertThat(lane.duplicate("a", 1)).containsExactly("acknowledge a DUPLICATE");
    }

    @Test
    void waitsAsLongAsTheServerAsks() {
        lane.confirmed().offer("a");

        lane.busy("a", Duration.ofSeconds(7));

        assertThat(lane.wakeIn()).isEqualTo(Duration.ofSeconds(7));
        assertThat(lane.after(Duration.ofSeconds(7))).containsExactly("send a 0/1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT59.000000001S", "PT61S", "PT999999999999999S"})
    void failsAtOnceIfTheServerAsksForAWaitBeyondTheDeadline(Duration retryAfter) {
        lane.confirmed().offer("a");
        lane.pass(Duration.ofSeconds(1));
        lane.with("b", "c");

        assertThat(lane.busy("a", retryAfter)).containsExactly("fail a TIMED_OUT?: lost");

        assertThat(lane.stored("b")).containsExactly("acknowledge b STORED");
        assertThat(lane.busy("c", Duration.ofSeconds(59))).isEmpty();
        assertThat(lane.wakeIn()).isEqualTo(Duration.ofSeconds(59));
    }

    @Test
    void sendsNothingWhenTheDeadlineIsTooNearForAnAnswer() {
        lane.confirmed().offer("a");
        lane.pass(DELIVERY_TIMEOUT.minusMillis(120));

        lane.neverSent("a"); // Would be sent again after 50 ms.

        assertThat(lane.after(Duration.ofMillis(50))).isEmpty();
        assertThat(lane.wakeIn()).isEqualTo(Duration.ofMillis(70));
        assertThat(lane.after(Duration.ofMillis(70))).containsExactly("fail a TIMED_OUT: lost");
    }

    @Test
    void aShortDeliveryTimeoutLeavesTimeForSendingAsWell() {
        ScriptedLane hasty = new ScriptedLane(new LanePolicy(
                0, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, false, 3, Duration.ofMillis(100), Backoff.DEFAULT));

        assertThat(hasty.offer("a")).containsExactly("send a 0/0");
        hasty.neverSent("a");
        assertThat(hasty.after(Duration.ofMillis(50))).containsExactly("send a 0/0");
    }

    @Test
    void doesNotSpinWhileARetryIsDueBehindOneThatIsNot() {
        lane.confirmed().with("a", "b");
        lane.busy("a", Duration.ofSeconds(10));
        lane.lost("b");

        assertThat(lane.after(Duration.ofSeconds(1))).isEmpty();

        assertThat(lane.wakeIn()).isEqualTo(Duration.ofSeconds(9));
        assertThat(lane.after(Duration.ofSeconds(9))).containsExactly("send a 0/1", "send b 0/2");
    }

    @Test
    void anAcknowledgementVouchesForTheBatchesInFrontThatMayBeStored() {
        lane.confirmed().with("a", "b", "c");
        lane.lost("a");

        assertThat(lane.stored("c")).containsExactly("acknowledge a DUPLICATE", "acknowledge c STORED");

        assertThat(lane.lost("b")).containsExactly("acknowledge b DUPLICATE");
        assertThat(lane.wakeIn()).isNull();
    }

    @Test
    void anAcknowledgementDoesNotVouchForWhatWasCertainlyNotStored() {
        lane.confirmed().with("a", "b");
        lane.neverSent("a");

        assertThat(lane.stored("b")).containsExactly("acknowledge b STORED");
        assertThat(lane.after(Duration.ofMillis(50))).containsExactly("send a 0/1");
        assertThat(lane.duplicate("a", 2)).containsExactly("fail a FENCED?: taken");
    }

    // Deadlines.

    @Test
    void failsABatchThatWasNeverSentAtItsDeadline() {
        lane.offer("a");
        lane.pass(Duration.ofSeconds(1));
        lane.offer("b");
        assertThat(lane.wakeIn()).isEqualTo(DELIVERY_TIMEOUT);

        assertThat(lane.after(DELIVERY_TIMEOUT)).containsExactly("fail b TIMED_OUT: null");
        assertThat(lane.wakeIn()).isNull();
    }

    @Test
    void leavesWhatIsInFlightAtItsDeadlineToTheAnswer() {
        lane.confirmed().with("a", "b");

        assertThat(lane.after(DELIVERY_TIMEOUT)).isEmpty();

        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED");
        assertThat(lane.lost("b")).containsExactly("fail b TIMED_OUT?: lost");
    }

    @Test
    void givesTheFailureBeforeTheDeadlineAsTheCauseAndNotTheLackOfTime() {
        lane.offer("a");
        lane.lost("a");
        lane.after(Duration.ofMillis(50));
        lane.pass(DELIVERY_TIMEOUT);

        assertThat(lane.lane()
                        .unknown(
                                lane.attempt("a"),
                                "no time left",
                                false,
                                new RetryHint(null, 0.5),
                                lane.elapsed().toNanos()))
                .containsExactly(new LaneStep.Fail<>("a", "lost", LaneStep.FailureReason.TIMED_OUT, true));
    }

    @Test
    void theDeadlineCountsFromTheAcceptance() {
        lane.offer("a");
        lane.pass(Duration.ofSeconds(10));

        long accepted = Duration.ofSeconds(4).toNanos();
        assertThat(lane.lane().offer("b", accepted, lane.elapsed().toNanos()))
                .containsExactly(new LaneStep.WakeAt<>(accepted + DELIVERY_TIMEOUT.toNanos()));
    }

    @Test
    void aDeadlineIsNeverBeforeAnEarlierOne() {
        lane.pass(Duration.ofSeconds(10));
        lane.offer("a");

        long now = lane.elapsed().toNanos();
        assertThat(lane.lane().offer("accepted at 0", 0, now))
                .containsExactly(new LaneStep.WakeAt<>(now + DELIVERY_TIMEOUT.toNanos()));
    }

    @Test
    void numbersTheRestAnewWhenABatchThatIsNotStoredTimesOut() {
        lane.confirmed().offer("a");
        lane.pass(Duration.ofSeconds(1));
        lane.with("b", "c");
        lane.neverSent("a");
        lane.gap("b", 1);

        assertThat(lane.after(Duration.ofSeconds(59))).as("c is in flight").containsExactly("fail a TIMED_OUT: lost");

        assertThat(lane.gap("c", 1)).containsExactly("send b 0/1", "send c 0/2");
    }

    @Test
    void keepsTheNumbersWhenABatchThatMayBeStoredTimesOut() {
        lane.confirmed().offer("a");
        lane.pass(Duration.ofSeconds(1));
        lane.with("b", "c");
        lane.lost("b");
        lane.busy("a", DELIVERY_TIMEOUT.minusSeconds(1));
        lane.after(Duration.ofSeconds(58));

        assertThat(lane.after(Duration.ofSeconds(1))).containsExactly("fail a TIMED_OUT?: lost", "send b 0/2");

        assertThat(lane.duplicate("b", 2)).containsExactly("acknowledge b DUPLICATE");
        assertThat(lane.stored("c")).containsExactly("acknowledge c STORED");
    }

    @Test
    void goesOnUnderTheNextEpochWhenTheServerMissesABatchThatWasGivenUp() {
        lane.confirmed().offer("a");
        lane.pass(Duration.ofSeconds(1));
        lane.with("b", "c");
        lane.lost("b");
        lane.gap("c", 1);
        lane.busy("a", DELIVERY_TIMEOUT.minusSeconds(1));
        lane.after(Duration.ofSeconds(59));

        assertThat(lane.gap("c", 1)).as("b is in flight").isEmpty();
        assertThat(lane.gap("b", 1)).containsExactly("send b 1/0");
        lane.lost("b");
        lane.after(Duration.ofMillis(100));
        assertThat(lane.duplicate("b", 0)).containsExactly("acknowledge b POSSIBLY_REPEATED", "send c 1/1");
        assertThat(lane.stored("c")).containsExactly("acknowledge c STORED");
    }

    @Test
    void remembersTheHighestOfTheNumbersThatWereGivenUp() {
        lane.confirmed().with("a", "b", "c");
        lane.lost("c");
        assertThat(lane.after(DELIVERY_TIMEOUT)).containsExactly("fail c TIMED_OUT?: lost");
        assertThat(lane.lost("a")).containsExactly("fail a TIMED_OUT?: lost");
        lane.stored("b");

        lane.offer("d");
        lane.rejected("d");

        assertThat(lane.offer("e")).as("c may still arrive").containsExactly("send e 1/0");
    }

    @Test
    void asksTheServerAgainWhenTheMissingBatchIsGivenUp() {
        lane.confirmed().offer("a");
        lane.pass(Duration.ofSeconds(1));
        lane.offer("b");
        lane.busy("a", DELIVERY_TIMEOUT.minusSeconds(1));
        assertThat(lane.gap("b", 1)).as("a is still on").isEmpty();

        assertThat(lane.after(Duration.ofSeconds(59))).containsExactly("fail a TIMED_OUT?: lost", "send b 0/2");

        assertThat(lane.stored("b")).as("a has arrived after all").containsExactly("acknowledge b STORED");
    }

    @Test
    void aNumberThatWasGivenUpBeforeTheEpochIsConfirmedIsUsedAgainUntilTheServerHasIt() {
        givenUpUnconfirmed(lane);

        assertThat(lane.duplicate("b", 0)).as("this is a").containsExactly("send b 0/1", "send c 0/2");
        assertThat(lane.stored("b")).containsExactly("acknowledge b STORED");
    }

    @Test
    void aNumberThatWasGivenUpMayBeTakenByEitherOfItsBatches() {
        givenUpUnconfirmed(lane);
        lane.lost("b");
        lane.after(Duration.ofMillis(50));

        assertThat(lane.duplicate("b", 0)).as("this is a or b").containsExactly("send b 1/0");
        assertThat(lane.stored("b")).containsExactly("acknowledge b POSSIBLY_REPEATED", "send c 1/1");
    }

    @Test
    void aNumberThatWasUsedAgainIsInNoDoubtOnceItIsStored() {
        givenUpUnconfirmed(lane);

        assertThat(lane.stored("b")).containsExactly("acknowledge b STORED", "send c 0/1");
        lane.lost("c");
        lane.after(Duration.ofMillis(50));
        assertThat(lane.duplicate("c", 1)).containsExactly("acknowledge c DUPLICATE");
    }

    @Test
    void aNumberThatWasGivenUpIsClaimedPastWhereAnotherMayHaveClaimedTheEpoch() {
        ScriptedLane claiming = new ScriptedLane(ScriptedLane.CLAIMING);
        givenUpUnconfirmed(claiming);

        assertThat(claiming.duplicate("b", 0)).containsExactly("send b 1/0");
    }

    @Test
    void aReplayGoesOnBehindANumberThatWasGivenUp() {
        ScriptedLane replaying = new ScriptedLane(
                new LanePolicy(0, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, true, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT));
        givenUpUnconfirmed(replaying);

        assertThat(replaying.duplicate("b", 7)).as("this is a").containsExactly("send b 0/1", "send c 0/2");
        assertThat(replaying.duplicate("b", 7)).containsExactly("acknowledge b DUPLICATE");
    }

    /** Batch a had the first number and timed out, b has it now, and c waits. */
    private static void givenUpUnconfirmed(ScriptedLane lane) {
        lane.offer("a");
        lane.pass(Duration.ofSeconds(1));
        lane.with("b", "c");
        lane.busy("a", DELIVERY_TIMEOUT.minusSeconds(1));
        assertThat(lane.after(Duration.ofSeconds(59))).containsExactly("fail a TIMED_OUT?: lost", "send b 0/0");
    }

    @Test
    void aNumberThatWasGivenUpIsUsedAgainAfterARejection() {
        givenUpUnconfirmed(lane);

        assertThat(lane.rejected("b")).containsExactly("fail b REJECTED: bad", "send c 0/0");
    }

    @Test
    void neverRaisesAnUnconfirmedEpochByItself() {
        for (int i = 0; i < 10; i++) {
            lane.offer("batch " + i);
            lane.busy("batch " + i, DELIVERY_TIMEOUT);
            lane.after(DELIVERY_TIMEOUT);
        }

        assertThat(lane.offer("last")).containsExactly("send last 0/0");
    }

    @Test
    void measuresTimeOnAClockThatOverflows() {
        ScriptedLane late = new ScriptedLane(POLICY, Long.MAX_VALUE - 10_000_000).confirmed();
        late.with("a", "b");
        late.lost("a");

        assertThat(late.wakeIn()).isEqualTo(Duration.ofMillis(50));
        assertThat(late.after(Duration.ofMillis(50))).containsExactly("send a 0/1");
        late.busy("a", Duration.ofMillis(59_950));
        assertThat(late.wakeIn()).isEqualTo(Duration.ofMillis(59_950));
        late.gap("b", 1);
        assertThat(late.after(Duration.ofMillis(59_950)))
                .containsExactly("fail a TIMED_OUT?: lost", "fail b TIMED_OUT: gap");
    }

    // Restarts.

    @Test
    void aRestartGoesOnUnderTheNextEpoch() {
        lane.confirmed();

        assertThat(lane.lane().restart(null)).isNull();

        assertThat(lane.offer("a")).containsExactly("send a 1/0");
        lane.fenced("a", 4);
        assertThat(lane.lane().restart(null))
                .as("a lane that has stopped stays so")
                .isEqualTo("fenced");
        assertThat(lane.offer("b")).containsExactly("fail b FENCED: fenced");
    }

    @Test
    void anEpochThatIsAsGoodAsNewIsNotRaisedByARestart() {
        lane.lane().restart(null);

        assertThat(lane.offer("a")).containsExactly("send a 0/0");
    }

    @Test
    void refusesARestartWithBatchesOutstanding() {
        lane.offer("a");

        assertThatIllegalStateException().isThrownBy(() -> lane.lane().restart(null));
    }

    // Illegal use.

    @Test
    void refusesAnAnswerToAnAttemptThatIsNotUnderWay() {
        lane.confirmed().with("a", "b");
        Attempt<String> first = lane.attempt("a");
        lane.stored("a");
        assertThatIllegalStateException().isThrownBy(() -> lane.stored("a")).withMessageContaining("0/1");

        lane.lost("b");
        assertThatIllegalStateException().as("waiting").isThrownBy(() -> lane.rejected("b"));
        Attempt<String> before = lane.attempt("b");
        lane.after(Duration.ofMillis(50));
        assertThatIllegalStateException()
                .as("another attempt of the same batch")
                .isThrownBy(() -> lane.lane().stored(before, 0));
        assertThatIllegalStateException()
                .as("an equal attempt of nobody")
                .isThrownBy(() -> lane.lane()
                        .stored(new Attempt<>("a", first.epoch(), first.seq(), first.deadlineNanos(), false), 0));
    }

    @Test
    void refusesPoliciesThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LanePolicy(
                        -1, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, false, 1, DELIVERY_TIMEOUT, Backoff.DEFAULT))
                .withMessageContaining("epoch")
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LanePolicy(
                        ProducerSequence.MAX_VALUE + 1,
                        0,
                        ClaimPolicy.FAIL,
                        ClaimPolicy.FAIL,
                        false,
                        1,
                        DELIVERY_TIMEOUT,
                        Backoff.DEFAULT))
                .withMessageContaining("9007199254740992");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LanePolicy(
                        0, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, false, 0, DELIVERY_TIMEOUT, Backoff.DEFAULT))
                .withMessageContaining("maxInFlight");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LanePolicy(
                        0, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, false, 1, Duration.ZERO, Backoff.DEFAULT))
                .withMessageContaining("PT0S");
    }

    // Giving up.

    @Test
    void anAbandonedLaneFailsEverythingAtOnceAndSaysWhatMayBeStored() {
        lane.confirmed().with("a", "b", "c", "d");
        lane.lost("b");
        lane.neverSent("c");

        assertThat(lane.abandoned())
                .containsExactly(
                        "fail a ABANDONED?: null",
                        "fail b ABANDONED?: lost",
                        "fail c ABANDONED: lost",
                        "fail d ABANDONED: null");
        assertThat(lane.lane().isIdle()).isTrue();
        assertThat(lane.lane().inFlight()).isZero();
        assertThat(lane.offer("e")).containsExactly("fail e ABANDONED: given up");
        assertThat(lane.after(DELIVERY_TIMEOUT)).isEmpty();
    }

    @Test
    void aLaneThatHasStoppedFailsWhatIsStillInFlightWhenItIsAbandoned() {
        lane.confirmed().with("a", "b");
        lane.fenced("a", 7);

        assertThat(lane.abandoned()).containsExactly("fail b ABANDONED?: null");
        assertThat(lane.offer("c")).containsExactly("fail c FENCED: fenced");
    }
}
