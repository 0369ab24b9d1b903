package io.durablestreams.client.exchange;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.LiveConnectionsExhaustedException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.client.reader.RequestChanges;
import io.durablestreams.client.reader.StreamReader;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.head;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Real connections that break, lie or fall silent. */
@Tag("sockets")
class FaultyConnectionTest {

    private static final ReaderSettings SETTINGS = ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT);

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .readerSettings(SETTINGS)
            .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .build();

    private final DurableStreamClient single = DurableStreamClient.builder()
            .connectionSettings(ConnectionSettings.DEFAULT.withMaxConnections(1))
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
        single.dispose();
    }

    private StreamReader<Integer> reader() {
        return client.stream(server.url()).reader(Integer.class);
    }

    static Stream<String> brokenAnswers() {
        return Stream.of(
                "",
                "HTTP/1.1 200",
                head("b"),
                head("b") + "Content-Length: 7\r\n\r\n",
                head("b") + "Content-Length: 7\r\n\r\n[1,2",
                head("b") + "Transfer-Encoding: chunked\r\n\r\n",
                head("b") + "Transfer-Encoding: chunked\r\n\r\n4\r\n[1",
                head("b") + "Transfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\n",
                head("b") + "Transfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\nnonsense\r\n",
                head("b") + "Transfer-Encoding: chunked\r\n\r\n7\r\n[1,2,3]\r\n0\r\n",
                "nonsense\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("brokenAnswers")
    void aBrokenAnswerIsReadAgain(String broken) {
        server.thenSend(broken).thenSend(caughtUp("b", "[1,2,3]"));

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1, 2, 3);
    }

    @Test
    void aResetIsReadAgainAndWhatWasDeliveredIsSkipped() {
        String numbers = "[" + "1234567890,".repeat(10_000);
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(head("b") + "Content-Length: 200000\r\n\r\n" + numbers);
                    connection.reset();
                })
                .thenSend(caughtUp("b", numbers + "1]"));

        List<Integer> items = client.stream(server.url())
                .reader(Integer.class)
                .settings(SETTINGS.withPartBytes(1000))
                .collect()
                .block(PATIENCE);

        assertThat(items).hasSize(10_001);
        assertThat(server.targets()).containsExactly("/stream?offset=-1", "/stream?offset=-1");
    }

    @Test
    void aBodyThatIsLongerThanItSaysIsCutThere() {
        server.thenSend(head("b", "Stream-Up-To-Date: true") + "Content-Length: 7\r\n\r\n[1,2,3],4,5]");

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1, 2, 3);
    }

    @Test
    void bytesMayComeOneByOne() {
        server.then(connection -> {
            connection.readRequest();
            connection.writeSlowly(caughtUp("b", "[1,23,456]"));
        });

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1, 23, 456);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void eventsMayComeByteByByteWithAnyLineEnds(String lineEnd) {
        server.thenSend(caughtUp("a", "[]")).then(connection -> {
            connection.readRequest();
            connection.write(SSE);
            connection.writeSlowly(
                    (event("data", "[1]") + control("b") + event("data", "[2]") + closed("c")).replace("\n", lineEnd));
        });

        assertThat(reader().live(LiveMode.SSE).items().collectList().block(PATIENCE))
                .containsExactly(1, 2);
    }

    @Test
    void charactersMayBeCutByWritesAnswersAndConnections() {
        byte[] text = "ä€😀".getBytes(StandardCharsets.UTF_8);
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(textHead("b") + "Content-Length: 4\r\n\r\n");
                    connection.writeSlowly(Arrays.copyOf(text, 4));
                })
                .then(connection -> {
                    connection.readRequest();
                    connection.write(textHead("c") + "Content-Length: 5\r\n\r\n");
                    connection.writeSlowly(Arrays.copyOfRange(text, 4, 7));
                })
                .then(connection -> {
                    connection.readRequest();
                    connection.write(textHead("c") + "Stream-Closed: true\r\nContent-Length: 5\r\n\r\n");
                    connection.writeSlowly(Arrays.copyOfRange(text, 4, 9));
                });

        List<String> parts = client.stream(server.url())
                .reader(String.class)
                .settings(SETTINGS.withPartBytes(1))
                .collect()
                .block(PATIENCE);

        assertThat(String.join("", parts)).isEqualTo("ä€😀");
        assertThat(parts).allMatch(part -> part.indexOf('\ufffd') < 0);
        assertThat(server.targets()).containsExactly("/stream?offset=-1", "/stream?offset=b", "/stream?offset=b");
    }

    private static String textHead(String nextOffset) {
        return head(nextOffset).replace("application/json", "text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void eventsOfTextMayComeByteByByte(String lineEnd) {
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(textHead("a") + "Stream-Up-To-Date: true\r\nContent-Length: 0\r\n\r\n");
                })
                .then(connection -> {
                    connection.readRequest();
                    connection.write(SSE);
                    connection.writeSlowly((event("data", "ä€\ndata: \u2028😀") + closed("b")).replace("\n", lineEnd));
                });

        assertThat(client.stream(server.url())
                        .reader(String.class)
                        .live(LiveMode.SSE)
                        .items()
                        .collectList()
                        .block(PATIENCE))
                .containsExactly("ä€\n\u2028😀");
    }

    @Test
    void chunksMayComeByteByByte() {
        server.then(connection -> {
            connection.readRequest();
            connection.write(head("b", "Stream-Up-To-Date: true") + "Transfer-Encoding: chunked\r\n\r\n");
            connection.writeSlowly("1\r\n[\r\n2\r\n12\r\n1\r\n]\r\n0\r\n\r\n");
        });

        assertThat(reader().collect().block(PATIENCE)).containsExactly(12);
    }

    @Test
    void aSubscriberThatTakesNothingStopsTheServer() {
        long size = 200_000_000;
        AtomicLong written = new AtomicLong();
        server.then(connection -> {
            connection.readRequest();
            connection.write(head("b").replace("application/json", "application/octet-stream") + "Content-Length: "
                    + size + "\r\n\r\n");
            byte[] piece = new byte[100_000];
            try {
                while (written.get() < size) {
                    connection.write(piece);
                    written.addAndGet(piece.length);
                }
            } catch (IOException cancelled) {
                // As it should be.
            }
        });

        StepVerifier.create(client.stream(server.url()).reader(byte[].class).batches(), 1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(500))
                .then(() -> assertThat(written).hasValueLessThan(size / 2))
                .thenRequest(10)
                .expectNextCount(10)
                .thenCancel()
                .verify(PATIENCE);
        assertThat(written).hasValueLessThan(size);
    }

    @Test
    void aTokenIsRefreshedAtTheStartAndInTheMiddle() {
        String refused = "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        AtomicInteger refreshed = new AtomicInteger();
        server.thenSend(refused)
                .thenSend(caughtUp("a", "[1]"))
                .thenSend(SSE + event("data", "[2]") + control("b") + "event: data\ndata: [3")
                .thenSend(refused)
                .thenSend(SSE + event("data", "[3]") + closed("c"));

        assertThat(reader().live(LiveMode.SSE)
                        .onError(failure -> Mono.just(RequestChanges.NONE.withHeader(
                                "Authorization", "Bearer " + refreshed.incrementAndGet())))
                        .items()
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(1, 2, 3);
        assertThat(server.requests().get(0)).doesNotContainIgnoringCase("authorization");
        assertThat(server.requests().subList(1, 4))
                .allSatisfy(request -> assertThat(request).containsIgnoringCase("authorization: Bearer 1"));
        assertThat(server.requests().get(4)).containsIgnoringCase("authorization: Bearer 2");
        assertThat(server.targets()).endsWith("/stream?live=sse&offset=b", "/stream?live=sse&offset=b");
    }

    @Test
    void aServerThatComesBackIsFound() throws IOException {
        server.thenSend(caughtUp("a", "[1]")).thenSend(SSE + event("data", "[2]") + closed("b"));
        int port = server.stopListening();
        String url = "http://localhost:" + port + "/stream";
        CountDownLatch refused = new CountDownLatch(1);
        DurableStreamClient patient = client.mutate()
                .readerSettings(SETTINGS.withMaxRetries(1000))
                .header("x-attempt", () -> {
                    refused.countDown();
                    return "1";
                })
                .build();

        StepVerifier.create(patient.stream(url)
                        .reader(Integer.class)
                        .live(LiveMode.AUTO)
                        .items())
                .then(() -> {
                    try {
                        assertThat(refused.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                                .isTrue();
                        server.listenAgain(port);
                    } catch (IOException | InterruptedException failure) {
                        throw new IllegalStateException(failure);
                    }
                })
                .expectNext(1, 2)
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void cancellingClosesTheConnection() {
        server.thenSend(caughtUp("a", "[]")).then(connection -> {
            connection.readRequest();
            connection.write(SSE + event("data", "[1]") + control("b"));
            connection.awaitClose();
        });

        StepVerifier.create(reader().live(LiveMode.SSE).items())
                .expectNext(1)
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void cancellingBeforeTheAnswerClosesTheConnection() {
        CountDownLatch asked = new CountDownLatch(1);
        server.then(connection -> {
            connection.readRequest();
            asked.countDown();
            connection.awaitClose();
        });

        StepVerifier.create(reader().items())
                .then(() -> await(asked))
                .thenCancel()
                .verify(PATIENCE);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void anAnswerThatIsRefusedForItsHeadClosesTheConnection() {
        server.then(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000000\r\n\r\n<html>");
            connection.awaitClose();
        });

        assertThatThrownBy(() -> reader().collect().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("text/html");
    }

    @Test
    void aRefusalOfAnyLengthClosesTheConnection() {
        server.then(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 404 Not Found\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(10_000));
            connection.awaitClose();
        });

        assertThatThrownBy(() -> reader().collect().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void oneRequestAfterTheOtherKeepsItsConnection() {
        server.thenAlways(1, request -> "HTTP/1.1 204 No Content\r\nStream-Next-Offset: a\r\n\r\n");
        DurableStream stream = overOneConnection().withContentType("application/json");

        for (int i = 0; i < 10; i++) {
            stream.append(i).block(PATIENCE);
        }

        assertThat(server.requests()).hasSize(10);
    }

    @Test
    void oneAnswerAfterTheOtherKeepsItsConnection() {
        server.thenAlways(1, request -> {
            int next = Integer.parseInt(request.split("offset=| HTTP")[1]) + 1;
            return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\nStream-Next-Offset: "
                    + next + (next == 9 ? "\r\nStream-Up-To-Date: true" : "") + "\r\n\r\n[1]";
        });

        assertThat(overOneConnection().reader(Integer.class).collect().block(PATIENCE))
                .hasSize(10);
    }

    /**
     * The stream over a pool of a single connection, for which a request waits until the one before has given it back:
     * an answer is known a moment earlier.
     */
    private DurableStream overOneConnection() {
        return single.stream(server.url());
    }

    @Test
    void aLiveReadThatFindsNoFreeConnectionSaysWhichLimitToRaise() {
        DurableStreamClient limited = DurableStreamClient.builder()
                .connectionSettings(
                        ConnectionSettings.DEFAULT.withMaxLiveConnections(1).withAcquireTimeout(Duration.ofMillis(200)))
                .build();
        DurableStream stream = limited.stream(server.url());
        server.thenSend(caughtUp("a", "[1]"))
                .then(connection -> {
                    connection.readRequest();
                    connection.write(SSE + event("data", "[2]") + control("b"));
                    connection.awaitClose();
                })
                .thenSend(caughtUp("b", "[1,2]"));

        StepVerifier.create(stream.reader(Integer.class).live(LiveMode.SSE).items())
                .expectNext(1, 2)
                .then(() -> assertThatThrownBy(() -> stream.reader(Integer.class)
                                .live(LiveMode.SSE)
                                .items()
                                .blockLast(PATIENCE))
                        .isInstanceOf(LiveConnectionsExhaustedException.class)
                        .hasMessageContaining("durable-streams.reader.max-live-connections"))
                .thenCancel()
                .verify(PATIENCE);
        limited.dispose();
    }

    @Test
    void aRedirectIsAnErrorThatSaysWhereTo() {
        server.thenSend(
                "HTTP/1.1 302 Found\r\nLocation: https://elsewhere/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThatThrownBy(() -> reader().collect().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("https://elsewhere/login");
    }

    @Test
    void noDateThatTheServerAsksToWaitForIsTooLate() {
        server.thenAlways(
                2, request -> status("503 Service Unavailable", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"));
        DurableStream busy = client.stream(server.url());

        assertThatThrownBy(() -> busy.head().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("asks for a wait of");
        assertThatThrownBy(() -> busy.producer("p", ProducerSettings.DEFAULT.withDeliveryTimeout(Duration.ofSeconds(1)))
                        .send("m")
                        .block(PATIENCE))
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining("503");
    }

    @Test
    void aPlainAppendIsSentOnceHoweverItsConnectionEnds() {
        server.then(connection -> {
            connection.readRequest();
            connection.reset();
        });

        assertThatThrownBy(() -> client.stream(server.url())
                        .withContentType("application/json")
                        .append(1)
                        .block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aPlainAppendIsSentOnceOnAPooledConnectionThatDies() {
        server.then(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nStream-Next-Offset: a\r\n"
                    + "Content-Length: 0\r\n\r\n");
            connection.readRequest();
            connection.reset();
        });
        // With a single connection, the append cannot go out before the pool has got it back.
        DurableStream stream = overOneConnection();
        stream.head().block(PATIENCE);

        assertThatThrownBy(() -> stream.append(1).block(PATIENCE)).isInstanceOf(AppendOutcomeUnknownException.class);
        assertThat(server.requests()).hasSize(2);
    }
}
