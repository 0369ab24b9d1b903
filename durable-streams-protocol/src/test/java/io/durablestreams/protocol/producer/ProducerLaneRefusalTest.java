package io.durablestreams.protocol.producer;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.protocol.producer.ScriptedLane.CLAIMING;
import static io.durablestreams.protocol.producer.ScriptedLane.CLAIMING_WHEN_FENCED;
import static io.durablestreams.protocol.producer.ScriptedLane.CLAIMING_WHEN_STATE_IS_LOST;
import static io.durablestreams.protocol.producer.ScriptedLane.DELIVERY_TIMEOUT;
import static io.durablestreams.protocol.producer.ScriptedLane.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

/** What a lane does when the server refuses: gaps, rejected batches, fences, duplicates of others. */
class ProducerLaneRefusalTest {

    private static final Duration FIRST_RETRY = Duration.ofMillis(50);

    private final ScriptedLane lane = new ScriptedLane(POLICY);
    private final ScriptedLane claiming = new ScriptedLane(CLAIMING);

    // Gaps.

    @Test
    void anOvertakenBatchWaitsForItsPredecessorAndKeepsItsNumber() {
        lane.confirmed().with("a", "b", "c");

        assertThat(lane.gap("b", 1)).isEmpty();
        assertThat(lane.gap("c", 1)).isEmpty();
        assertThat(lane.wakeIn()).isEqualTo(DELIVERY_TIMEOUT);
        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED", "send b 0/2", "send c 0/3");
    }

    @Test
    void anOvertakenBatchIsNotSentAgainBeforeTheServerHasWhatItMissed() {
        lane.confirmed().with("a", "b", "c");

        assertThat(lane.gap("c", 2)).as("a is stored, its answer under way").isEmpty();
        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED");
        assertThat(lane.stored("b")).containsExactly("acknowledge b STORED", "send c 0/3");
    }

    @Test
    void aGapThatIsClosedWhenTheAnswerComesIsNotWaitedFor() {
        lane.confirmed().with("a", "b");
        lane.stored("a");

        assertThat(lane.gap("b", 1)).containsExactly("send b 0/2");
    }

    @Test
    void whatABatchIsBlockedByIsRetriedFirst() {
        lane.confirmed().with("a", "b", "c");
        lane.gap("b", 1);
        lane.gap("c", 1);
        lane.lost("a");

        assertThat(lane.after(FIRST_RETRY)).containsExactly("send a 0/1");
        assertThat(lane.duplicate("a", 1)).containsExactly("acknowledge a DUPLICATE", "send b 0/2", "send c 0/3");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 17})
    void aServerThatMissesWhatItHadAcknowledgedOrNothingInFrontHasLostItsState(long expected) {
        lane.confirmed().offer("a");
        lane.stored("a");
        lane.with("b", "c");

        assertThat(lane.gap("b", expected)).as("b has the number 2").containsExactly("fail b STATE_LOST: gap");
        assertThat(lane.lost("c")).as("c was in flight").containsExactly("fail c STATE_LOST?: gap");
    }

    @Test
    void claimsTheNextEpochWhenTheServerHasLostItsState() {
        claiming.confirmed().offer("a");
        claiming.stored("a");
        claiming.with("b", "c", "d");
        claiming.lost("c");

        assertThat(claiming.gap("b", 0)).isEmpty();
        assertThat(claiming.gap("d", 0)).containsExactly("send b 1/0");
        assertThat(claiming.stored("b")).containsExactly("acknowledge b STORED");
        assertThat(claiming.after(FIRST_RETRY)).containsExactly("send c 1/1", "send d 1/2");
        assertThat(claiming.stored("c")).containsExactly("acknowledge c POSSIBLY_REPEATED");
    }

    @Test
    void mayClaimWhenTheServerHasLostItsStateAndStillFailWhenFenced() {
        ScriptedLane careful = new ScriptedLane(CLAIMING_WHEN_STATE_IS_LOST).confirmed();
        careful.offer("a");

        assertThat(careful.gap("a", 0)).containsExactly("send a 1/0");
        careful.lost("a");
        careful.after(FIRST_RETRY);
        assertThat(careful.duplicate("a", 0)).as("nobody else claims here").containsExactly("acknowledge a DUPLICATE");
        careful.with("b", "c");
        assertThat(careful.fenced("b", 7)).containsExactly("fail b FENCED: fenced");
        assertThat(careful.fenced("c", 7)).containsExactly("fail c FENCED: fenced");
    }

    @Test
    void mayClaimWhenFencedAndStillFailWhenTheServerHasLostItsState() {
        ScriptedLane trusting = new ScriptedLane(CLAIMING_WHEN_FENCED).confirmed();
        trusting.offer("a");

        assertThat(trusting.fenced("a", 4)).containsExactly("send a 5/0");
        assertThat(trusting.stored("a")).containsExactly("acknowledge a STORED");
        trusting.offer("b");
        assertThat(trusting.gap("b", 0)).containsExactly("fail b STATE_LOST: gap");
        assertThat(trusting.offer("c")).containsExactly("fail c STATE_LOST: gap");
    }

    @Test
    void aFenceDuringAClaimForLostStateStopsALaneThatDoesNotClaimWhenFenced() {
        ScriptedLane careful = new ScriptedLane(CLAIMING_WHEN_STATE_IS_LOST).confirmed();
        careful.with("a", "b");

        assertThat(careful.gap("a", 0)).as("b is in flight").isEmpty();
        assertThat(careful.fenced("b", 0)).containsExactly("fail a FENCED: fenced", "fail b FENCED: fenced");
    }

    @Test
    void aSequenceThatStartsBehindWhatTheServerHasIsLostState() {
        ScriptedLane late = new ScriptedLane(startingAt(5, ClaimPolicy.FAIL));

        assertThat(late.with("a").offer("b")).as("the epoch is confirmed").containsExactly("send b 2/6");
        assertThat(late.gap("a", 4)).containsExactly("fail a STATE_LOST: gap");
        assertThat(new ScriptedLane(startingAt(5, ClaimPolicy.CLAIM)).with("a").gap("a", 0))
                .containsExactly("send a 3/0");
    }

    @Test
    void aSequenceThatStartsBelowWhatTheServerHasIsTaken() {
        assertThat(new ScriptedLane(startingAt(5, ClaimPolicy.FAIL)).with("a").duplicate("a", 5))
                .containsExactly("fail a FENCED?: taken");
    }

    private static LanePolicy startingAt(long seq, ClaimPolicy policy) {
        return new LanePolicy(2, seq, policy, policy, false, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT);
    }

    // Rejected batches.

    @Test
    void aRejectedBatchFailsAndThoseBehindAreNumberedAnewInTheirOrder() {
        lane.confirmed().with("a", "b", "c", "d");

        assertThat(lane.rejected("a")).as("b and c are in flight").containsExactly("fail a REJECTED: bad");
        assertThat(lane.gap("c", 1)).isEmpty();
        assertThat(lane.gap("b", 1)).containsExactly("send b 0/1", "send c 0/2", "send d 0/3");
    }

    @Test
    void batchesInFrontOfARejectedOneAreSettledUnderTheirNumbersFirst() {
        lane.confirmed().with("a", "b", "c");
        assertThat(lane.rejected("b")).containsExactly("fail b REJECTED: bad");
        assertThat(lane.gap("c", 1)).isEmpty();

        assertThat(lane.lost("a")).isEmpty();
        assertThat(lane.after(FIRST_RETRY)).as("not c").containsExactly("send a 0/1");

        assertThat(lane.duplicate("a", 1)).containsExactly("acknowledge a DUPLICATE", "send c 0/2");
    }

    @Test
    void batchesInFrontOfARejectedOneWaitForEachOther() {
        lane.confirmed().with("a", "b", "c");
        lane.rejected("c");

        assertThat(lane.gap("b", 1)).as("a is in flight").isEmpty();
        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED", "send b 0/2");
    }

    @Test
    void aRejectedBatchInFrontOfOneThatMayStillArriveIsLeftBehindInTheOldEpoch() {
        lane.confirmed().with("a", "b", "c");
        lane.lost("b");
        lane.gap("c", 1);

        assertThat(lane.rejected("a")).containsExactly("fail a REJECTED: bad");

        assertThat(lane.after(FIRST_RETRY)).containsExactly("send b 1/0");
        assertThat(lane.stored("b"))
                .as("nothing can have been stored behind the rejected number")
                .containsExactly("acknowledge b STORED", "send c 1/1");
    }

    @Test
    void aBatchThatIsRejectedAfterAnUnknownOutcomeMayBeStoredAndKeepsItsNumber() {
        lane.confirmed().with("a", "b");
        lane.lost("a");
        lane.gap("b", 1);
        lane.after(FIRST_RETRY);

        assertThat(lane.rejected("a")).containsExactly("fail a REJECTED?: bad", "send b 0/2");
        assertThat(lane.gap("b", 1)).containsExactly("send b 1/0");
    }

    @Test
    void aBatchThatALaterOneVouchesForIsStoredWhateverItsRetryIsAnswered() {
        lane.confirmed().with("a", "b");
        lane.lost("a");
        lane.after(FIRST_RETRY);
        lane.stored("b");

        assertThat(lane.rejected("a")).containsExactly("acknowledge a DUPLICATE");
    }

    @Test
    void everyBatchOfASeriesIsRejectedByItself() {
        lane.confirmed().with("a", "b", "c", "d");
        lane.rejected("b");
        lane.rejected("a");

        assertThat(lane.rejected("c")).containsExactly("fail c REJECTED: bad", "send d 0/1");

        lane.with("e", "f");
        lane.rejected("d");
        lane.rejected("f");
        assertThat(lane.gap("e", 1)).containsExactly("send e 0/1");
    }

    @Test
    void theFirstNumberIsFreeAgainWhenItsBatchIsRejected() {
        lane.with("a", "b");

        assertThat(lane.rejected("a")).containsExactly("fail a REJECTED: bad", "send b 0/0");
        assertThat(lane.duplicate("b", 0)).containsExactly("fail b FENCED?: taken");
    }

    @Test
    void aSecondRejectionInARowRaisesTheDoubtThatTheServerKnowsAnOlderEpochOnly() {
        claiming.confirmed().with("a", "b", "c");
        claiming.rejected("a");
        assertThat(claiming.rejected("b")).containsExactly("fail b REJECTED: bad");

        assertThat(claiming.gap("c", 1)).containsExactly("send c 1/0");
        assertThat(claiming.rejected("c")).containsExactly("fail c REJECTED: bad");
        assertThat(claiming.offer("d")).as("no doubt about the first number").containsExactly("send d 1/0");
        claiming.rejected("d");
        assertThat(claiming.offer("e")).containsExactly("send e 1/0");
    }

    @Test
    void badBatchesWithGoodOnesInBetweenRaiseNoDoubt() {
        claiming.confirmed();
        for (int i = 1; i < 5; i++) {
            assertThat(claiming.offer("bad")).containsExactly("send bad 0/" + i);
            claiming.rejected("bad");
            assertThat(claiming.offer("good")).containsExactly("send good 0/" + i);
            claiming.stored("good");
        }
    }

    // Fences.

    @Test
    void withoutAutoClaimAFenceFailsEverything() {
        lane.confirmed().with("a", "b", "c", "d");

        assertThat(lane.fenced("b", 5))
                .as("a and c are in flight")
                .containsExactly("fail b FENCED: fenced", "fail d FENCED: fenced");
        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED");
        assertThat(lane.fenced("c", 5)).containsExactly("fail c FENCED: fenced");
        assertThat(lane.lane().hasWindow()).isTrue();
        assertThat(lane.offer("e")).containsExactly("fail e FENCED: fenced");
        assertThat(lane.lane().isIdle()).isTrue();
    }

    @Test
    void withAutoClaimTheEpochIsClaimedOnceAndTheRestGoesOutInOrder() {
        claiming.confirmed().with("a", "b", "c", "d");

        assertThat(claiming.fenced("b", 5)).isEmpty();
        assertThat(claiming.fenced("c", 5)).isEmpty();
        assertThat(claiming.offer("e")).isEmpty();
        assertThat(claiming.stored("a")).containsExactly("acknowledge a STORED", "send b 6/0");
        assertThat(claiming.lane().inFlight()).as("unconfirmed").isEqualTo(1);
        assertThat(claiming.stored("b"))
                .containsExactly("acknowledge b STORED", "send c 6/1", "send d 6/2", "send e 6/3");
    }

    @Test
    void aBatchWithAnUnknownOutcomeMayBeRepeatedByAClaim() {
        claiming.confirmed().with("a", "b");
        claiming.lost("a");

        assertThat(claiming.fenced("b", 5)).isEmpty();
        assertThat(claiming.after(FIRST_RETRY)).containsExactly("send a 6/0");
        claiming.fenced("a", 8);
        assertThat(claiming.stored("a")).containsExactly("acknowledge a POSSIBLY_REPEATED", "send b 9/1");
        assertThat(claiming.stored("b")).containsExactly("acknowledge b STORED");
    }

    @Test
    void doesNotSpinWhileARetryIsDueBeforeAClaim() {
        claiming.confirmed().with("a", "b", "c");
        claiming.lost("a");
        claiming.fenced("b", 5);

        assertThat(claiming.after(FIRST_RETRY)).as("c is in flight").isEmpty();

        assertThat(claiming.wakeIn()).isEqualTo(DELIVERY_TIMEOUT.minus(FIRST_RETRY));
    }

    @Test
    void aPossiblyRepeatedBatchIsPossiblyStoredWhenItFails() {
        claiming.confirmed().with("a");
        claiming.lost("a");
        claiming.after(FIRST_RETRY);
        claiming.fenced("a", 5);

        assertThat(claiming.streamClosed("a")).containsExactly("fail a STREAM_CLOSED?: closed");
    }

    @Test
    void aHigherFenceDuringAClaimIsClaimedInstead() {
        claiming.confirmed().with("a", "b");

        claiming.fenced("b", 9);
        assertThat(claiming.fenced("a", 4)).containsExactly("send a 10/0");
        assertThat(claiming.lane().epoch()).isEqualTo(10);
    }

    @Test
    void aFenceWithANonsensicalEpochIsStillAFence() {
        claiming.offer("a");

        assertThat(claiming.fenced("a", -3)).containsExactly("send a 1/0");
        assertThat(claiming.fenced("a", ProducerSequence.MAX_VALUE)).containsExactly("fail a FENCED: fenced");
        ScriptedLane other = new ScriptedLane(CLAIMING);
        other.offer("a");
        assertThat(other.fenced("a", Long.MAX_VALUE)).containsExactly("fail a FENCED: fenced");
        ScriptedLane third = new ScriptedLane(new LanePolicy(
                3, 0, ClaimPolicy.CLAIM, ClaimPolicy.CLAIM, false, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT));
        third.offer("a");
        assertThat(third.fenced("a", 2)).containsExactly("send a 4/0");
    }

    @Test
    void claimsAreBoundedUnlessSomethingIsAcknowledgedInBetween() {
        claiming.offer("a");
        for (int epoch = 0; epoch < LanePolicy.MAX_CLAIMS; epoch++) {
            assertThat(claiming.fenced("a", 10 * epoch)).containsExactly("send a " + (10 * epoch + 1) + "/0");
        }
        claiming.stored("a");
        claiming.offer("b");
        for (int epoch = 10; epoch < 10 + LanePolicy.MAX_CLAIMS; epoch++) {
            assertThat(claiming.fenced("b", 10 * epoch)).containsExactly("send b " + (10 * epoch + 1) + "/0");
        }
        assertThat(claiming.fenced("b", 1000)).containsExactly("fail b FENCED: fenced");
    }

    @Test
    void aClaimBecauseOfADuplicateThatMayBeItsOwnIsNoSignOfAFight() {
        claiming.offer("a");
        for (int epoch = 0; epoch < 2 * LanePolicy.MAX_CLAIMS; epoch++) {
            claiming.lost("a");
            claiming.after(claiming.wakeIn());
            assertThat(claiming.duplicate("a", 0)).containsExactly("send a " + (epoch + 1) + "/0");
        }
    }

    @Test
    void severalFencesOfOnePipelineAreOneClaim() {
        claiming.confirmed().with("a", "b", "c");
        claiming.fenced("c", 1);
        claiming.fenced("b", 2);
        claiming.fenced("a", 3);

        for (int epoch = 4; epoch < 3 + LanePolicy.MAX_CLAIMS; epoch++) {
            assertThat(claiming.fenced("a", epoch)).containsExactly("send a " + (epoch + 1) + "/0");
        }
        assertThat(claiming.fenced("a", 10)).hasSize(3).contains("fail a FENCED: fenced");
    }

    @Test
    void aBatchThatIsRejectedDuringAClaimDoesNotEndTheClaim() {
        claiming.confirmed().with("a", "b", "c");
        claiming.fenced("b", 5);

        assertThat(claiming.rejected("c")).containsExactly("fail c REJECTED: bad");
        assertThat(claiming.fenced("a", 5)).containsExactly("send a 6/0");
    }

    @Test
    void aBatchBehindARejectedOneIsNotRepeatedByAClaim() {
        claiming.confirmed().with("a", "b", "c");
        claiming.rejected("a");
        claiming.lost("b");
        claiming.fenced("c", 5);

        assertThat(claiming.after(FIRST_RETRY)).containsExactly("send b 6/0");
        assertThat(claiming.stored("b")).containsExactly("acknowledge b STORED", "send c 6/1");
    }

    @Test
    void withoutAutoClaimAFenceStopsALaneThatWasAboutToRaiseItsEpoch() {
        lane.confirmed().with("a", "b", "c");
        lane.lost("a");
        lane.after(FIRST_RETRY);
        lane.rejected("a");
        assertThat(lane.gap("b", 1)).as("raises the epoch when c is answered").isEmpty();

        assertThat(lane.duplicate("c", 3)).containsExactly("fail b FENCED: taken", "fail c FENCED?: taken");
    }

    // Appends of others.

    @Test
    void aDuplicateOfTheFirstAttemptIsSomebodyElses() {
        lane.confirmed().with("a", "b");
        assertThat(lane.duplicate("a", 1)).containsExactly("fail a FENCED?: taken");

        claiming.confirmed().with("a", "b");
        assertThat(claiming.duplicate("a", 1)).isEmpty();
        assertThat(claiming.duplicate("b", 2)).containsExactly("send a 1/0");
    }

    @Test
    void anAttemptThatNeverLeftDoesNotMakeADuplicateOnesOwn() {
        lane.confirmed().offer("a");
        lane.neverSent("a");
        lane.after(FIRST_RETRY);

        assertThat(lane.duplicate("a", 1)).containsExactly("fail a FENCED?: taken");
    }

    @Test
    void anAttemptUnderAnotherNumberDoesNotMakeADuplicateOnesOwn() {
        claiming.confirmed().with("a", "b", "c");
        claiming.lost("b");
        claiming.fenced("a", 5);
        claiming.fenced("c", 5);
        claiming.stored("a");
        assertThat(claiming.after(FIRST_RETRY)).containsExactly("send b 6/1", "send c 6/2");

        assertThat(claiming.duplicate("b", 1)).isEmpty();
        assertThat(claiming.fenced("c", 6)).containsExactly("send b 7/0");
    }

    @Test
    void aDuplicateWithANumberBeyondAllThatWasSentIsSomebodyElses() {
        lane.offer("a");
        lane.lost("a");
        lane.after(FIRST_RETRY);

        assertThat(lane.duplicate("a", 1)).containsExactly("fail a FENCED?: taken");
    }

    @Test
    void aDuplicateOfTheVeryFirstAppendIsOnesOwnOnlyIfNobodyElseCanHaveClaimedTheEpoch() {
        lane.offer("a");
        lane.lost("a");
        lane.after(FIRST_RETRY);
        assertThat(lane.duplicate("a", 0)).containsExactly("acknowledge a DUPLICATE");

        claiming.offer("a");
        claiming.lost("a");
        claiming.after(FIRST_RETRY);
        assertThat(claiming.duplicate("a", 0)).containsExactly("send a 1/0");
        assertThat(claiming.stored("a")).containsExactly("acknowledge a POSSIBLY_REPEATED");
    }

    @Test
    void replaysAreStoredWhereTheyAreExpected() {
        ScriptedLane replaying = new ScriptedLane(
                new LanePolicy(0, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, true, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT));
        replaying.with("a", "b", "c");

        assertThat(replaying.duplicate("a", 1)).containsExactly("acknowledge a DUPLICATE", "send b 0/1", "send c 0/2");
        assertThat(replaying.duplicate("b", 1)).containsExactly("acknowledge b DUPLICATE");
        assertThat(replaying.stored("c")).containsExactly("acknowledge c STORED");
    }
}
