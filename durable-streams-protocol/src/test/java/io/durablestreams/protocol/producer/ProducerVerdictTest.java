package io.durablestreams.protocol.producer;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerVerdict.Accepted;
import io.durablestreams.protocol.producer.ProducerVerdict.Duplicate;
import io.durablestreams.protocol.producer.ProducerVerdict.Gap;
import io.durablestreams.protocol.producer.ProducerVerdict.InvalidEpochStart;
import io.durablestreams.protocol.producer.ProducerVerdict.RepeatedClose;
import io.durablestreams.protocol.producer.ProducerVerdict.StaleEpoch;
import io.durablestreams.protocol.producer.ProducerVerdict.StreamClosed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ProducerVerdictTest {

    private static final @Nullable StreamClosure OPEN = null;
    private static final @Nullable ProducerState UNKNOWN = null;

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void followsTheTableOfTheProtocol(
            String row,
            @Nullable ProducerState stored,
            @Nullable StreamClosure closure,
            ProducerSequence request,
            ProducerVerdict verdict) {
        assertThat(ProducerVerdict.decide(stored, closure, request)).isEqualTo(verdict);
    }

    static Stream<Arguments> followsTheTableOfTheProtocol() {
        StreamClosure byThree = new StreamClosure(request(2, 3));
        return Stream.of(
                arguments("1: the closing append again", state(2, 3), byThree, request(2, 3), closedBy(2, 3)),
                arguments("1: although the producer is forgotten", UNKNOWN, byThree, request(2, 3), closedBy(2, 3)),
                arguments("2: closed without a producer", state(2, 3), StreamClosure.PLAIN, request(2, 4), closed()),
                arguments("2: a duplicate", state(2, 3), byThree, request(2, 2), closed()),
                arguments("2: the next append", state(2, 3), byThree, request(2, 4), closed()),
                arguments("2: a stale epoch", state(2, 3), byThree, request(1, 3), closed()),
                arguments("2: a new epoch", state(2, 3), byThree, request(3, 0), closed()),
                arguments(
                        "2: the same numbers of another producer",
                        UNKNOWN,
                        byThree,
                        new ProducerSequence("other", 2, 3),
                        closed()),
                arguments("3: the first append of all", UNKNOWN, OPEN, request(0, 0), accepted(0, 0)),
                arguments("3: in any epoch", UNKNOWN, OPEN, request(7, 0), accepted(7, 0)),
                arguments("4: an unknown producer in mid-sequence", UNKNOWN, OPEN, request(0, 5), new Gap(0, 5)),
                arguments("5: an older epoch", state(2, 3), OPEN, request(1, 4), new StaleEpoch(2)),
                arguments("5: even at 0", state(2, 3), OPEN, request(0, 0), new StaleEpoch(2)),
                arguments("6: a newer epoch", state(2, 3), OPEN, request(3, 0), accepted(3, 0)),
                arguments("6: that skips some", state(2, 3), OPEN, request(9, 0), accepted(9, 0)),
                arguments("7: a newer epoch, not at 0", state(2, 3), OPEN, request(3, 1), new InvalidEpochStart(3, 1)),
                arguments("8: the last append again", state(2, 3), OPEN, request(2, 3), new Duplicate(state(2, 3))),
                arguments("8: an earlier one again", state(2, 3), OPEN, request(2, 0), new Duplicate(state(2, 3))),
                arguments("9: the next append", state(2, 3), OPEN, request(2, 4), accepted(2, 4)),
                arguments("10: one is missing", state(2, 3), OPEN, request(2, 5), new Gap(4, 5)),
                arguments(
                        "10: at the largest number",
                        state(2, 3),
                        OPEN,
                        request(2, ProducerSequence.MAX_VALUE),
                        new Gap(4, ProducerSequence.MAX_VALUE)));
    }

    private static ProducerSequence request(long epoch, long seq) {
        return new ProducerSequence("writer", epoch, seq);
    }

    private static ProducerState state(long epoch, long lastSeq) {
        return new ProducerState(epoch, lastSeq);
    }

    private static ProducerVerdict accepted(long epoch, long seq) {
        return new Accepted(new ProducerState(epoch, seq));
    }

    private static ProducerVerdict closedBy(long epoch, long seq) {
        return new RepeatedClose(request(epoch, seq));
    }

    private static ProducerVerdict closed() {
        return new StreamClosed();
    }
}
