package io.durablestreams.protocol.producer;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static io.durablestreams.protocol.producer.ScriptedLane.DELIVERY_TIMEOUT;
import static io.durablestreams.protocol.producer.ScriptedLane.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

/** What a lane does with batches that the server refuses for their size. */
class ProducerLaneSplitTest {

    private static final Duration FIRST_RETRY = Duration.ofMillis(50);

    private final ScriptedLane lane = new ScriptedLane(POLICY);

    @Test
    void aBatchThatIsTooLargeGoesOutInPartsAndThoseBehindAreNumberedAnew() {
        lane.confirmed().with("abc", "d", "e");

        assertThat(lane.tooLarge("abc")).as("d and e are in flight").isEmpty();
        lane.gap("d", 1);
        assertThat(lane.gap("e", 1)).containsExactly("split abc [ab, c]", "send ab 0/1", "send c 0/2", "send d 0/3");
        assertThat(lane.tooLarge("ab")).isEmpty();
        lane.gap("c", 1);
        assertThat(lane.gap("d", 1)).containsExactly("split ab [a, b]", "send a 0/1", "send b 0/2", "send c 0/3");
        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED", "send d 0/4");
    }

    @Test
    void onlyThePartThatIsTooLargeByItselfFails() {
        lane.with("ab", "c");

        assertThat(lane.tooLarge("ab")).containsExactly("split ab [a, b]", "send a 0/0");
        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED", "send b 0/1", "send c 0/2");
        assertThat(lane.rejected("b")).containsExactly("fail b REJECTED: bad");
        assertThat(lane.gap("c", 1)).containsExactly("send c 0/1");
    }

    @Test
    void batchesInFrontOfOneThatIsTooLargeAreSettledUnderTheirNumbersFirst() {
        lane.confirmed().with("a", "bc");
        lane.lost("a");

        assertThat(lane.tooLarge("bc")).isEmpty();
        assertThat(lane.after(FIRST_RETRY)).containsExactly("send a 0/1");
        assertThat(lane.stored("a"))
                .containsExactly("acknowledge a STORED", "split bc [b, c]", "send b 0/2", "send c 0/3");
    }

    @Test
    void partsOfABatchThatMayBeStoredAreSentUnderTheNextEpochAndMayBeRepeated() {
        lane.confirmed().with("ab", "c");
        lane.lost("ab");
        lane.gap("c", 1);
        lane.after(FIRST_RETRY);

        assertThat(lane.tooLarge("ab")).containsExactly("split ab [a, b]", "send a 1/0");
        assertThat(lane.stored("a")).containsExactly("acknowledge a POSSIBLY_REPEATED", "send b 1/1", "send c 1/2");
        assertThat(lane.rejected("b")).containsExactly("fail b REJECTED?: bad");
    }

    @Test
    void aBatchThatMayBeStoredIsNotSplitBeforeThoseInFrontAreSettled() {
        lane.confirmed().with("a", "bc");
        lane.lost("a");
        lane.lost("bc");
        lane.after(FIRST_RETRY);

        assertThat(lane.tooLarge("bc")).as("a is in flight").isEmpty();
        assertThat(lane.stored("a")).containsExactly("acknowledge a STORED", "send bc 0/2");
        assertThat(lane.tooLarge("bc")).containsExactly("split bc [b, c]", "send b 1/0");
    }

    @Test
    void aBatchThatIsToBeSplitIsStoredAsAWholeIfALaterOneVouchesForIt() {
        lane.confirmed().with("ab", "c");
        lane.lost("ab");
        lane.after(FIRST_RETRY);

        assertThat(lane.tooLarge("ab")).as("c is in flight").isEmpty();
        assertThat(lane.stored("c")).containsExactly("acknowledge ab DUPLICATE", "acknowledge c STORED");
        assertThat(lane.offer("d")).containsExactly("send d 0/3");
    }

    @Test
    void theFirstNumberOfAnEpochIsUsedAgainForPartsOfABatchThatMayBeStored() {
        lane.with("ab", "c");
        lane.lost("ab");
        lane.after(FIRST_RETRY);

        assertThat(lane.tooLarge("ab")).containsExactly("split ab [a, b]", "send a 0/0");
        assertThat(lane.duplicate("a", 0)).as("this is ab").containsExactly("send a 1/0");
        assertThat(lane.stored("a")).containsExactly("acknowledge a POSSIBLY_REPEATED", "send b 1/1", "send c 1/2");
    }

    @Test
    void aBatchThatIsToBeSplitFailsAsAWholeWhenTheLaneStopsOrItsTimeIsOver() {
        lane.confirmed().with("ab", "c");
        lane.tooLarge("ab");
        assertThat(lane.fenced("c", 3)).containsExactly("fail ab FENCED: fenced", "fail c FENCED: fenced");

        ScriptedLane other = new ScriptedLane(POLICY).confirmed().with("ab", "c");
        other.tooLarge("ab");
        assertThat(other.after(DELIVERY_TIMEOUT)).containsExactly("fail ab TIMED_OUT: large");
        assertThat(other.gap("c", 1)).containsExactly("fail c TIMED_OUT: gap");
    }
}
