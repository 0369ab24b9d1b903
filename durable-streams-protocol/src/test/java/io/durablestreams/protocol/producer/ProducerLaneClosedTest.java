package io.durablestreams.protocol.producer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a lane does when somebody has closed the stream. */
class ProducerLaneClosedTest {

    private final ScriptedLane lane = new ScriptedLane(ScriptedLane.POLICY);
    private final ScriptedLane claiming = new ScriptedLane(ScriptedLane.CLAIMING);

    @Test
    void aClosedStreamFailsEverythingThatIsNotStored() {
        lane.confirmed().with("a", "b", "c", "d");
        lane.lost("a");

        assertThat(lane.streamClosed("b"))
                .containsExactly(
                        "fail a STREAM_CLOSED?: closed",
                        "fail b STREAM_CLOSED: closed",
                        "fail d STREAM_CLOSED: closed");
        assertThat(lane.lost("c")).containsExactly("fail c STREAM_CLOSED?: closed");
        assertThat(lane.offer("e")).containsExactly("fail e STREAM_CLOSED: closed");
        assertThat(lane.wakeIn()).isNull();
    }

    @Test
    void theFirstReasonToStopIsTheOneThatCounts() {
        lane.confirmed().with("a", "b");
        lane.streamClosed("a");

        assertThat(lane.lane().stopCause()).isEqualTo("closed");
        assertThat(lane.fenced("b", 3)).containsExactly("fail b STREAM_CLOSED: closed");
        assertThat(lane.lane().stopCause()).isEqualTo("closed");
    }

    @Test
    void aClosedStreamEndsAClaim() {
        claiming.confirmed().with("a", "b");
        claiming.fenced("a", 3);
        assertThat(claiming.lane().stopCause()).isNull();

        assertThat(claiming.streamClosed("b"))
                .containsExactly("fail a STREAM_CLOSED: closed", "fail b STREAM_CLOSED: closed");
    }
}
