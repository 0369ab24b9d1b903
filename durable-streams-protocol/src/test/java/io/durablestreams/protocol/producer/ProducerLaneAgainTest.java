package io.durablestreams.protocol.producer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a lane does with a batch that it is offered once more, after that was given up as possibly stored. */
class ProducerLaneAgainTest {

    private final ScriptedLane lane = new ScriptedLane(ScriptedLane.POLICY);

    private void giveUp(String batch) {
        lane.offer(batch);
        lane.pass(ScriptedLane.DELIVERY_TIMEOUT);
        assertThat(lane.lost(batch)).containsExactly("fail " + batch + " TIMED_OUT?: lost");
    }

    @Test
    void itGoesOutUnderItsNumberAndMayHaveBeenStored() {
        lane.confirmed();
        giveUp("a");

        assertThat(lane.offerAgain("a")).containsExactly("send a 0/1");
        assertThat(lane.duplicate("a", 1)).containsExactly("acknowledge a DUPLICATE");
        assertThat(lane.offer("b")).containsExactly("send b 0/2");
    }

    @Test
    void whatWasGivenUpBeforeItIsNotTakenForAcknowledged() {
        lane.confirmed();
        giveUp("a");
        giveUp("b");

        assertThat(lane.offerAgain("b")).containsExactly("send b 0/2");
        assertThat(lane.gap("b", 1)).containsExactly("send b 1/0");
        assertThat(lane.stored("b")).containsExactly("acknowledge b POSSIBLY_REPEATED");
    }

    @Test
    void whatHasItsNumberInAnUnconfirmedEpochIsNotTakenForIt() {
        giveUp("a");
        giveUp("b");

        assertThat(lane.offerAgain("b")).containsExactly("send b 0/0");
        assertThat(lane.duplicate("b", 0)).containsExactly("send b 1/0");
    }

    @Test
    void aRestartLeavesItItsNumber() {
        lane.confirmed();
        giveUp("a");
        lane.lane().restart(lane.attempt("a"));

        assertThat(lane.offerAgain("a")).containsExactly("send a 0/1");
        assertThat(lane.duplicate("a", 1)).containsExactly("acknowledge a DUPLICATE");
        lane.lane().restart(lane.attempt("a"));
        assertThat(lane.offer("b")).as("the number is not unknown any more").containsExactly("send b 1/0");
    }

    @Test
    void itGetsAnotherNumberInAnotherEpoch() {
        lane.confirmed();
        giveUp("a");
        lane.lane().restart(null);

        assertThat(lane.offerAgain("a")).containsExactly("send a 1/0");
        assertThat(lane.stored("a")).containsExactly("acknowledge a POSSIBLY_REPEATED");
    }
}
