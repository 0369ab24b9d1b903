package io.durablestreams.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.client.FaultyTransport.Fault;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An append under a number of the application's is stored once, however often it is made. */
class NumberedAppendTest {

    private static final RequestSettings SETTINGS =
            RequestSettings.DEFAULT.withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), 2));

    private static ProducerSequence number(long epoch, long seq) {
        return new ProducerSequence("source", epoch, seq);
    }

    private static DurableStream over(StreamTransport transport, String url) {
        return new DefaultDurableStreamClientBuilder()
                .transport(transport).requestSettings(SETTINGS).build().stream(url)
                        .withContentType("application/json");
    }

    @Nested
    class OnAServer {

        @RegisterExtension
        static final RunningServer server = new RunningServer();

        private final DurableStream stream = server.newStream(StreamSpec.json());

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

            assertThatThrownBy(() -> append("c", 0, 2))
                    .isInstanceOfSatisfying(ProducerSequenceGapException.class, gap -> {
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
            Offset end = stream.close().block(PATIENCE);

            assertThatThrownBy(() -> append("late", 0, 1))
                    .isInstanceOfSatisfying(
                            StreamClosedException.class,
                            closed -> assertThat(closed.finalOffset()).isEqualTo(end));
        }

        @ParameterizedTest
        @EnumSource
        void aFaultOnTheWayStoresItOnce(Fault fault) {
            Fault[] faults = {fault, fault, Fault.NONE, Fault.NONE};
            AtomicInteger requests = new AtomicInteger();
            RequestSettings impatient = SETTINGS.withTimeout(
                    fault.name().startsWith("NO_ANSWER") ? Duration.ofMillis(500) : SETTINGS.timeout());
            DurableStream faulty = new DefaultDurableStreamClientBuilder()
                            .transport(new FaultyTransport(request -> faults[requests.getAndIncrement()]))
                            .requestSettings(impatient)
                            .build()
                            .stream(stream.url());

            faulty.append("a", number(0, 0)).block(PATIENCE);
            faulty.append("b", number(0, 1)).block(PATIENCE);

            assertThatTheStreamHolds("a", "b");
        }

        private Offset tail() {
            return stream.head().block(PATIENCE).nextOffset();
        }

        private void assertThatTheStreamHolds(String... messages) {
            assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly(messages);
        }
    }

    @Nested
    class ByItsAnswers {

        private final ScriptedAnswers server = new ScriptedAnswers();
        private final DurableStream stream = over(server, "http://localhost/stream");

        @Test
        void everyAttemptCarriesTheSameNumber() {
            server.thenFail(new TransportException(new IOException("reset"), true))
                    .then(502, "X-None", "")
                    .then(204, "Producer-Seq", "9");

            AppendReceipt receipt = stream.append(1, number(2, 7)).block(PATIENCE);

            assertThat(receipt).isEqualTo(new AppendReceipt(null, Outcome.DUPLICATE, number(2, 7)));
            assertThat(server.requests()).hasSize(3).allSatisfy(request -> {
                assertThat(request.headers().toSingleValueMap())
                        .containsEntry("Producer-Id", "source")
                        .containsEntry("Producer-Epoch", "2")
                        .containsEntry("Producer-Seq", "7")
                        .containsEntry("Content-Type", "application/json");
                assertThat(request.body()).isNotNull();
            });
        }

        @Test
        void whatMayPassIsSignalledWhenTheRetriesAreUsedUpAndTheSameNumberMayBeTriedAgain() {
            for (int attempt = 0; attempt <= SETTINGS.maxRetries(); attempt++) {
                server.then(500, "X-None", "");
            }
            assertThatThrownBy(() -> stream.append(1, number(0, 0)).block(PATIENCE))
                    .isInstanceOf(TransientStreamException.class);

            server.then(204, "Producer-Seq", "0");
            assertThat(stream.append(1, number(0, 0)).block(PATIENCE).outcome()).isEqualTo(Outcome.DUPLICATE);
        }

        /** A number under which the stream was closed is stored, with whatever came with it. */
        @Test
        void theNumberOfTheAppendThatClosedTheStreamIsADuplicate() {
            server.then(204, "Stream-Closed", "true");

            assertThat(stream.append(1, number(0, 0)).block(PATIENCE).outcome()).isEqualTo(Outcome.DUPLICATE);
        }

        @ParameterizedTest
        @CsvSource({"200, Stream-Next-Offset", "204, Producer-Seq"})
        void anAnswerThatIsNotAStreamServersAcknowledgesNothing(int status, String missing) {
            server.then(status, "Content-Type", "text/html");

            assertThatThrownBy(() -> stream.append(1, number(0, 0)).block(PATIENCE))
                    .isInstanceOf(StreamProtocolException.class)
                    .hasMessageContaining(missing)
                    .hasMessageContaining("http://localhost/stream");
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 401, 403, 413, 501})
        void aRefusalIsFinal(int status) {
            server.then(status);

            assertThatThrownBy(() -> stream.append(1, number(0, 0)).block(PATIENCE))
                    .isInstanceOf(StreamRequestException.class);
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void aProducerIdThatNoHeaderCanCarryIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stream.append(1, new ProducerSequence("söurce", 0, 0)))
                    .withMessageContaining("söurce");
            assertThat(server.requests()).isEmpty();
        }
    }
}
