package io.durablestreams.client.exchange;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.RawRequest;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerModel;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.Backoff;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Which answers of plain sockets count, and when. One that is not about the request says nothing, and its connection is
 * not used again; one that is about it counts as soon as its head has come.
 */
@Tag("sockets")
class AcknowledgementTest {

    private static final String NUMBERS = "Producer-Epoch: 3\r\nProducer-Seq: 0\r\n";
    private static final String OFFSET = "Stream-Next-Offset: o1\r\n";

    /** Announces more than ever comes. */
    private static final String ENDLESS = "Content-Length: 1000\r\n\r\nno more than this";

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .requestSettings(RequestSettings.DEFAULT
                    .withTimeout(Duration.ofSeconds(2))
                    .withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), 2)))
            .build();

    @AfterEach
    void disconnect() {
        client.dispose();
    }

    private DurableStream stream() {
        return client.stream(server.url()).withContentType("application/json");
    }

    private IdempotentProducer producer(Duration requestTimeout) {
        return stream()
                .producer(
                        "p",
                        ProducerSettings.DEFAULT
                                .withEpoch(3)
                                .withLinger(Duration.ZERO)
                                .withRequestTimeout(requestTimeout)
                                .withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), 2)));
    }

    private static String answer(String status, String... lines) {
        String length = status.startsWith("204") ? "" : "Content-Length: 0\r\n";
        return "HTTP/1.1 " + status + "\r\n" + length + String.join("", lines) + "\r\n";
    }

    /** Answers one request, after which the client has to close the connection. */
    private void thenAnswer(String answer) {
        server.then(connection -> {
            connection.readRequest();
            connection.write(answer);
            connection.awaitClose();
        });
    }

    static List<String> answersAboutSomethingElse() {
        return List.of(
                answer("200 OK", OFFSET),
                answer("200 OK", OFFSET, "Producer-Epoch: 3\r\n"),
                answer("200 OK", OFFSET, "Producer-Epoch: 2\r\nProducer-Seq: 0\r\n"),
                answer("200 OK", OFFSET, "Producer-Epoch: 4\r\nProducer-Seq: 0\r\n"),
                answer("200 OK", OFFSET, "Producer-Epoch: 3\r\nProducer-Seq: 1\r\n"),
                answer("200 OK", NUMBERS),
                answer("204 No Content"),
                answer("204 No Content", "Producer-Seq: 0\r\n"),
                answer("204 No Content", "Producer-Epoch: 4\r\nProducer-Seq: 0\r\n"),
                answer("204 No Content", "Stream-Closed: true\r\n", OFFSET),
                answer("201 Created", OFFSET, NUMBERS),
                answer("202 Accepted", OFFSET, NUMBERS),
                answer("203 Non-Authoritative Information", OFFSET, NUMBERS),
                answer("206 Partial Content", OFFSET, NUMBERS),
                answer("299 Something", OFFSET, NUMBERS),
                answer("409 Conflict", "Producer-Expected-Seq: 3\r\nProducer-Received-Seq: 7\r\n"),
                answer("403 Forbidden", "Producer-Epoch: 3\r\n"));
    }

    @ParameterizedTest
    @MethodSource("answersAboutSomethingElse")
    void anAnswerAboutSomethingElseIsNoneForAProducer(String answer) {
        thenAnswer(answer);
        thenAnswer(answer("200 OK", NUMBERS, OFFSET));

        AppendReceipt receipt = producer(PATIENCE).send(1).block(PATIENCE);
        client.dispose();

        assertThat(receipt.outcome()).isEqualTo(Outcome.STORED);
        assertThat(receipt.nextOffset()).hasToString("o1");
        assertThat(server.requests())
                .hasSize(2)
                .allSatisfy(
                        request -> assertThat(new RawRequest(request).number()).isEqualTo("3/0"))
                .allSatisfy(
                        request -> assertThat(new RawRequest(request).body()).isEqualTo("[1]"));
    }

    /** A message that was never stored must not take the receipt of another, and its number must not carry other bytes. */
    @Test
    void theNumberIsKeptForItsMessageAsLongAsTheAnswersAreAboutSomethingElse() {
        ProducerModel model = new ProducerModel();
        server.thenPlay(40, connection -> {
            for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
                boolean swallowed = server.requests().size() % 3 == 1;
                connection.write(
                        swallowed
                                ? answer("200 OK", OFFSET, "Producer-Epoch: 3\r\nProducer-Seq: 99\r\n")
                                : model.serve(request));
            }
        });
        IdempotentProducer producer = stream()
                .producer("p", ProducerSettings.DEFAULT.withMaxBatchItems(1).withBackoff(Backoff.DEFAULT));

        IntStream.range(0, 20).forEach(producer::append);
        producer.close().block(PATIENCE);
        client.dispose();

        assertThat(model.stored()).isEqualTo(IntStream.range(0, 20).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"201 Created", "202 Accepted", "203 Non-Authoritative Information", "206 Partial Content"})
    void aSuccessThatNoStreamServerGivesLeavesTheOutcomeOfAPlainAppendUnknown(String status) {
        thenAnswer(answer(status, OFFSET));

        assertThatThrownBy(() -> stream().append(1).block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining(status.substring(0, 3));
        client.dispose();
    }

    /** The refusal of one attempt says nothing about the next, which may be stored. */
    @Test
    void anAttemptWithoutAnAnswerIsUnknownAlsoAfterOneThatWasRefused() {
        // The second attempt may begin before the connection of the first is free.
        server.thenPlay(2, connection -> {
            while (connection.nextRequest() != null && server.requests().size() == 1) {
                connection.write(answer("429 Too Many Requests", "Retry-After: 0\r\n"));
            }
        });

        assertThatThrownBy(() -> stream().append(1).block(PATIENCE)).isInstanceOf(AppendOutcomeUnknownException.class);
        client.dispose();

        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "403 Forbidden, Producer-Epoch: 5, io.durablestreams.client.error.ProducerFencedException",
        "403 Forbidden, X-Nothing: 1, io.durablestreams.client.error.StreamRequestException",
        "404 Not Found, X-Nothing: 1, io.durablestreams.client.error.StreamNotFoundException",
        "410 Gone, X-Nothing: 1, io.durablestreams.client.error.StreamGoneException",
        "409 Conflict, Stream-Closed: true, io.durablestreams.client.error.StreamClosedException",
        "409 Conflict, X-Nothing: 1, io.durablestreams.client.error.StreamConflictException",
    })
    void aRefusalCountsWhenItsHeadHasComeAlsoIfItsBodyNeverEnds(
            String status, String header, Class<? extends Throwable> expected) {
        String head = "HTTP/1.1 " + status + "\r\n" + header + "\r\n" + ENDLESS;
        thenAnswer(head);
        thenAnswer(head);
        thenAnswer(head);

        assertThatThrownBy(() -> producer(Duration.ofMinutes(5)).send(1).block(PATIENCE))
                .isInstanceOf(expected);
        assertThatThrownBy(() -> stream().append(1).block(PATIENCE)).isInstanceOf(expected);
        assertThatThrownBy(() -> stream().reader(Integer.class).collect().block(PATIENCE))
                .isInstanceOf(DurableStreamException.class);
        client.dispose();

        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aRefusalCountsAlsoIfTheTimeIsOverBeforeItsBody() {
        thenAnswer("HTTP/1.1 403 Forbidden\r\nProducer-Epoch: 5\r\n" + ENDLESS);

        assertThatThrownBy(() -> producer(Duration.ofMillis(200)).send(1).block(PATIENCE))
                .isInstanceOf(ProducerFencedException.class);
        client.dispose();

        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAcknowledgementCountsWhenItsHeadHasComeWhateverBecomesOfItsBody(boolean brokenOff) {
        server.then(connection -> acknowledge(connection, OFFSET, brokenOff));
        server.then(connection -> acknowledge(connection, NUMBERS + OFFSET, brokenOff));

        AppendReceipt plain = stream().append(1).block(PATIENCE);
        AppendReceipt numbered = producer(Duration.ofMillis(200)).send(1).block(PATIENCE);
        client.dispose();

        assertThat(plain.nextOffset()).hasToString("o1");
        assertThat(numbered.outcome()).isEqualTo(Outcome.STORED);
        assertThat(server.requests()).hasSize(2);
    }

    private static void acknowledge(FaultServer.Connection connection, String headers, boolean brokenOff)
            throws IOException {
        connection.readRequest();
        connection.write("HTTP/1.1 200 OK\r\n" + headers + ENDLESS);
        if (brokenOff) {
            connection.reset();
        } else {
            connection.awaitClose();
        }
    }
}
