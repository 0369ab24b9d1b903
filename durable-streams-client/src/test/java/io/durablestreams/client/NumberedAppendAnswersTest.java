package io.durablestreams.client;

import java.io.IOException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.ScriptedAnswers;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What an append under a number of the application's makes of each answer. */
class NumberedAppendAnswersTest {

    private static final RequestSettings SETTINGS =
            RequestSettings.DEFAULT.withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), 2));

    private final ScriptedAnswers server = new ScriptedAnswers();
    private final DurableStream stream = TestClients.over(server).requestSettings(SETTINGS).build().stream(
                    "http://localhost/stream")
            .withContentType("application/json");

    private static ProducerSequence number(long epoch, long seq) {
        return new ProducerSequence("source", epoch, seq);
    }

    @Test
    void everyAttemptCarriesTheSameNumber() {
        server.thenFail(NoAnswer.after(new IOException("reset")))
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
    @CsvSource({
        "200, Producer-Seq: 7, Producer-Epoch",
        "200, Producer-Epoch: 2, Producer-Seq",
        "200, Producer-Epoch: 2 Producer-Seq: 7, Stream-Next-Offset",
        "200, Producer-Epoch: 1 Producer-Seq: 7 Stream-Next-Offset: o, Producer-Epoch 1",
        "200, Producer-Epoch: 2 Producer-Seq: 6 Stream-Next-Offset: o, Producer-Seq 6",
        "200, Producer-Epoch: 2 Producer-Seq: 8 Stream-Next-Offset: o, Producer-Seq 8",
        "204, Producer-Epoch: 2, Producer-Seq",
        "204, Producer-Epoch: 2 Producer-Seq: 6, Producer-Seq 6",
        "204, Producer-Epoch: 3 Producer-Seq: 7, Producer-Epoch 3",
        "204, Stream-Closed: true Stream-Next-Offset: o, Producer-Seq null",
        "202, Producer-Epoch: 2 Producer-Seq: 7 Stream-Next-Offset: o, status 202",
        "201, Producer-Epoch: 2 Producer-Seq: 7 Stream-Next-Offset: o, status 201",
        "409, Producer-Expected-Seq: 4 Producer-Received-Seq: 6, append 2/7",
        "409, Producer-Expected-Seq: 8, append 2/7",
        "403, Producer-Epoch: 2, append 2/7",
    })
    void anAnswerThatIsNotAboutTheNumberIsNoneAndTheNumberIsTriedAgain(int status, String headers, String told) {
        String[] namesAndValues = headers.split(":? ");
        for (int attempt = 0; attempt <= SETTINGS.maxRetries(); attempt++) {
            server.thenExactly(status, namesAndValues);
        }

        assertThatThrownBy(() -> stream.append(1, number(2, 7)).block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(told)
                .hasMessageContaining("http://localhost/stream");
        assertThat(server.requests())
                .hasSize(SETTINGS.maxRetries() + 1)
                .allSatisfy(request ->
                        assertThat(request.headers().getFirst("Producer-Seq")).isEqualTo("7"));

        server.thenExactly(status, namesAndValues).then(200, "Stream-Next-Offset", "o");
        assertThat(stream.append(1, number(2, 7)).block(PATIENCE).outcome()).isEqualTo(Outcome.STORED);
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
