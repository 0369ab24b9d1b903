package io.durablestreams.client.exchange;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.LeakDetection;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.kept;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Answers without a request, and answers that arrive too early, on kept connections. */
@Tag("sockets")
class StrayAnswerTest {

    @RegisterExtension
    static final LeakDetection leaks = LeakDetection.always();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .connectionSettings(ConnectionSettings.DEFAULT.withMaxConnections(1).withMaxIdleTime(Duration.ofMinutes(1)))
            .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT).withMaxRetries(2))
            .readerSettings(ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private DurableStream stream(int number) {
        return client.stream(server.url() + "-" + number).withContentType("application/json");
    }

    private Mono<List<Integer>> read(int number) {
        return stream(number).reader(Integer.class).collect();
    }

    private Mono<String> append(int number) {
        return stream(number).append("m").map(receipt -> receipt.nextOffset().value());
    }

    private static String items(int number) {
        return kept(caughtUp("b", "[" + number + "]"));
    }

    private static String receipt(String nextOffset) {
        return kept(status("204 No Content", "Stream-Next-Offset: " + nextOffset));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\nStream-Next-Offset: stray\r\n\r\n",
                "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nStream-Next-Offset: stray\r\nContent-Length: 9\r\n\r\n[7",
                "nonsense\r\n\r\n"
            })
    void anAnswerWithoutARequestEndsTheConnection(String stray) throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(items(1));
                    connection.stayQuiet();
                    connection.write(stray);
                    connection.awaitClose();
                    closed.countDown();
                })
                .then(connection -> {
                    connection.readRequest();
                    connection.write(items(2));
                });

        assertThat(read(1).block(PATIENCE)).containsExactly(1);
        assertThat(closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(read(2).block(PATIENCE)).containsExactly(2);
    }

    /** The request that waits for the connection would be given the second answer. */
    @RepeatedTest(5)
    void ofTwoAnswersToOneRequestNoneIsTakenAndTheNextRequestGetsItsOwn() {
        server.then(connection -> {
                    connection.readRequest();
                    connection.stayQuiet();
                    connection.write(receipt("first") + receipt("second"));
                    connection.awaitClose();
                })
                .then(connection -> {
                    connection.readRequest();
                    connection.write(receipt("own"));
                });

        List<String> outcomes = Flux.range(1, 2)
                .flatMapSequential(i -> append(i)
                        .onErrorResume(
                                failure -> Mono.just(failure.getClass().getSimpleName() + " " + failure.getMessage())))
                .collectList()
                .block(PATIENCE);

        assertThat(outcomes.get(0)).contains("AppendOutcomeUnknownException", "two answers");
        assertThat(outcomes.get(1)).isEqualTo("own");
    }

    @Test
    void theSameIsTrueOfReads() {
        server.then(connection -> {
                    connection.readRequest();
                    connection.stayQuiet();
                    connection.write(items(7) + items(8));
                    connection.awaitClose();
                })
                .thenAlways(2, request -> items(request.contains("stream-1") ? 1 : 2));

        assertThat(Flux.range(1, 2).flatMapSequential(this::read).collectList().block(PATIENCE))
                .containsExactly(List.of(1), List.of(2));
    }

    /** Bytes that are no answer do not change the answer before them. */
    @RepeatedTest(5)
    void whatFollowsAnAnswerWithoutBeingOneEndsTheConnectionOnly() {
        server.then(connection -> {
                    connection.readRequest();
                    connection.stayQuiet();
                    connection.write(receipt("first") + "a body that a 204 cannot have\r\n\r\n");
                    connection.awaitClose();
                })
                .then(connection -> {
                    connection.readRequest();
                    connection.write(receipt("own"));
                });

        assertThat(Flux.range(1, 2)
                        .flatMapSequential(this::append)
                        .collectList()
                        .block(PATIENCE))
                .containsExactly("first", "own");
    }

    /** The server would take the rest of the request for the beginning of the next one. */
    @Test
    void anAnswerBeforeTheEndOfTheRequestEndsTheConnection() {
        RawJson large = RawJson.of("\"" + "x".repeat(32 << 20) + "\"");
        server.then(connection -> {
                    connection.readHead();
                    connection.write(receipt("early"));
                    connection.awaitEnd();
                })
                .then(connection -> {
                    connection.readRequest();
                    connection.write(receipt("own"));
                });

        assertThat(stream(1).append(large).block(PATIENCE).nextOffset()).hasToString("early");
        assertThat(append(2).block(PATIENCE)).isEqualTo("own");
    }
}
