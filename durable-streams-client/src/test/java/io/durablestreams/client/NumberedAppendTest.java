package io.durablestreams.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.FaultyNetwork;
import io.durablestreams.client.fixture.FaultyNetwork.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An append under a number of the application's is stored once, however often it is made. */
@Tag("sockets")
class NumberedAppendTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    private final DurableStream stream = server.newStream(StreamSpec.json());

    private static ProducerSequence number(long epoch, long seq) {
        return new ProducerSequence("source", epoch, seq);
    }

    private AppendReceipt append(String message, long epoch, long seq) {
        return stream.append(message, number(epoch, seq)).block(PATIENCE);
    }

    @Test
    void aNumberIsStoredOnceAndTheReceiptTellsWhetherItWasThereBefore() {
        AppendReceipt first = append("a", 3, 0);
        AppendReceipt second = append("b", 3, 1);
        AppendReceipt again = append("a", 3, 0);

        assertThat(first.sequence()).isEqualTo(number(3, 0));
        assertThat(second).isEqualTo(new AppendReceipt(tail(), Outcome.STORED, number(3, 1)));
        assertThat(again).isEqualTo(new AppendReceipt(null, Outcome.DUPLICATE, number(3, 0)));
        assertThatTheStreamHolds("a", "b");
    }

    @Test
    void aGapTellsTheNumberToGoOnWith() {
        append("a", 0, 0);

        assertThatThrownBy(() -> append("c", 0, 2)).isInstanceOfSatisfying(ProducerSequenceGapException.class, gap -> {
            assertThat(gap.expectedSeq()).isEqualTo(1);
            assertThat(gap.receivedSeq()).isEqualTo(2);
        });
        append("b", 0, 1);
        append("c", 0, 2);

        assertThatTheStreamHolds("a", "b", "c");
    }

    @Test
    void aHigherEpochFencesTheOneBefore() {
        append("a", 0, 0);
        append("b", 4, 0);

        assertThatThrownBy(() -> append("late", 0, 1))
                .isInstanceOfSatisfying(
                        ProducerFencedException.class,
                        fenced -> assertThat(fenced.currentEpoch()).isEqualTo(4));
        assertThatTheStreamHolds("a", "b");
    }

    @Test
    void aClosedStreamTellsItsFinalOffset() {
        append("a", 0, 0);
        Offset end = stream.closeStream().block(PATIENCE);

        assertThatThrownBy(() -> append("late", 0, 1))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isEqualTo(end));
    }

    /** Everything that passes when the request is repeated. What claims to be the server's answer is taken for one. */
    static Stream<Fault> passingFaults() {
        return Fault.passing().stream()
                .filter(fault -> !fault.answer().startsWith("HTTP/1.1 200 OK\r\nContent-Length"));
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void aFaultOnTheWayStoresItOnce(Fault fault) {
        SkippedTime time = new SkippedTime();
        List<String> attempts = new CopyOnWriteArrayList<>();
        DurableStream faulty = network.over(
                stream,
                request -> {
                    attempts.add(request.number() + " " + request.body());
                    if (attempts.size() > 2) {
                        return Fault.NONE;
                    }
                    time.pass(fault.name().startsWith("silence") ? RequestSettings.DEFAULT.timeout() : Duration.ZERO);
                    return fault;
                },
                time.client());

        faulty.append("a", number(0, 0)).block(PATIENCE);
        faulty.append("b", number(0, 1)).block(PATIENCE);

        assertThat(attempts).containsExactly("0/0 [\"a\"]", "0/0 [\"a\"]", "0/0 [\"a\"]", "0/1 [\"b\"]");
        assertThatTheStreamHolds("a", "b");
    }

    private Offset tail() {
        return stream.head().block(PATIENCE).nextOffset();
    }

    private void assertThatTheStreamHolds(String... messages) {
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly(messages);
    }
}
