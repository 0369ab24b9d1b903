package io.durablestreams.client.exchange;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RawAnswers.head;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Answers whose head cannot be read, over sockets, without waiting. */
@Tag("sockets")
class IllegibleAnswerTest {

    private static final int RETRIES = 5;

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final SkippedTime time = new SkippedTime();
    private final DurableStreamClient client = time.client().build();
    private final DurableStreamClient real = DurableStreamClient.builder().build();

    @AfterEach
    void dispose() {
        client.dispose();
        real.dispose();
    }

    private DurableStream stream() {
        return client.stream(server.url());
    }

    private static String with(String... headers) {
        return caughtUp("b", "[1]", headers);
    }

    /** Answers of something that speaks HTTP, but not so that its heads can be read. */
    static Stream<Arguments> malformed() {
        String large = "X-Large: " + "x".repeat(20_000);
        return Stream.of(
                Arguments.of(with(large), "larger than"),
                Arguments.of(with(large).replace("200 OK", "503 Service Unavailable"), "larger than"),
                Arguments.of(with(large).replace("200 OK", "404 Not Found"), "larger than"),
                Arguments.of("HTTP/1.1 200 " + "x".repeat(20_000) + "\r\n\r\n", "larger than"),
                Arguments.of(with("Content-Length: 4"), "Content-Length"),
                Arguments.of(with("Content-Length: 3, 4"), "Content-Length"),
                Arguments.of(with("Content-Length: many"), "Content-Length"));
    }

    /** Answers of something that speaks another protocol. */
    static Stream<String> notHttp() {
        return Stream.of(
                "SSH-2.0-OpenSSH_9.6\r\n",
                "220 mail.example.com ESMTP\r\n",
                "<html><body>hello</body></html>\n",
                "-ERR unknown command\r\n",
                "nonsense\r\n\r\n",
                "HTTP/one 200 OK\r\n\r\n",
                "SSH-2.0-OpenSSH_9.6",
                "\r\n-ERR",
                "HTML",
                "\u0015\u0003\u0003");
    }

    /** Bodies that are not chunks, although their heads say so. */
    static Stream<String> notChunks() {
        String head = head("b", "Transfer-Encoding: chunked") + "\r\n";
        return Stream.of(head + "many\r\n[1]", head + "3x\r\n[1]\r\n", head + "-3\r\n[1]\r\n", head + "\r\n[1]");
    }

    @ParameterizedTest
    @MethodSource("notChunks")
    void aBodyThatIsNoChunksIsToldAfterSomeRetries(String answer) {
        server.thenPlay(RETRIES + 1, connection -> {
            connection.readRequest();
            connection.write(answer);
        });

        assertThatThrownBy(() -> stream().reader(Integer.class).collect().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("the body of the answer is malformed");
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SSE", "LONG_POLL"})
    void soItIsToALiveReadAlsoIfEventsComeBefore(LiveMode mode) {
        String event = control("a");
        server.thenSend(caughtUp("a", "[]")).thenPlay(RETRIES + 1, connection -> {
            String request = connection.readRequest();
            connection.write(
                    request.contains("live=sse")
                            ? SSE.replace("Connection: close", "Transfer-Encoding: chunked")
                                    + Integer.toHexString(event.length()) + "\r\n" + event + "\r\nmany\r\n"
                            : head("a", "Transfer-Encoding: chunked") + "\r\nmany\r\n");
        });

        StepVerifier.create(stream().reader(Integer.class).live(mode).items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(TransientStreamException.class)
                        .hasMessageContaining("the body of the answer is malformed"))
                .verify(PATIENCE);
    }

    @Test
    void anAnswerThatIsNotHttpIsToldWithoutWaitingForItsEnd() {
        server.thenPlay(RETRIES + 1, connection -> {
            connection.readRequest();
            connection.write("SSH-2.0-OpenSSH_9.6");
            connection.awaitClose();
        });

        assertThatThrownBy(() -> stream().reader(Integer.class).collect().block(PATIENCE))
                .hasMessageContaining("not HTTP")
                .hasMessageContaining("SSH-2.0-OpenSSH_9.6");
    }

    @Test
    void theJdksClientTellsItToo() {
        WebClient jdk = WebClient.builder()
                .clientConnector(new JdkClientHttpConnector())
                .build();
        server.thenSend(caughtUp("a", "[]")).thenPlay(RETRIES + 1, connection -> {
            connection.readRequest();
            connection.write("SSH-2.0-OpenSSH_9.6\r\n");
        });

        StepVerifier.create(time.client().webClient(jdk).liveWebClient(jdk).build().stream(server.url())
                        .reader(Integer.class)
                        .live(LiveMode.LONG_POLL)
                        .items())
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("not HTTP"))
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aHeadThatCannotBeReadEndsAReadAtOnce(String answer, String reason) {
        server.thenSend(answer);

        assertThatThrownBy(() -> stream().reader(Integer.class).collect().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("head of the answer")
                .hasMessageContaining(reason)
                .hasMessageContaining(server.url());
        assertThat(time.waits()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void andALiveRead(String answer, String reason) {
        server.thenSend(caughtUp("a", "[]")).thenSend(answer);

        StepVerifier.create(stream().reader(Integer.class).live(LiveMode.AUTO).items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamProtocolException.class)
                        .hasMessageContaining(reason))
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void andASingleRequest(String answer, String reason) {
        server.thenSend(answer).thenSend(answer);

        assertThatThrownBy(() -> stream().head().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(reason);
        assertThatThrownBy(() ->
                        stream().withContentType("application/json").append(1).block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @MethodSource("notHttp")
    void aServerOfAnotherProtocolIsToldAfterSomeRetries(String answer) {
        server.thenPlay(2 * (RETRIES + 1), connection -> {
            connection.readRequest();
            connection.write(answer);
        });

        assertThatThrownBy(() -> stream().reader(Integer.class).collect().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("not HTTP");
        assertThatThrownBy(() -> stream().head().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("not HTTP");
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SSE", "LONG_POLL"})
    void soItIsToALiveRead(LiveMode mode) {
        server.thenSend(caughtUp("a", "[]")).thenPlay(RETRIES + 1, connection -> {
            connection.readRequest();
            connection.write("SSH-2.0-OpenSSH_9.6\r\n");
        });

        StepVerifier.create(stream().reader(Integer.class).live(mode).items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(TransientStreamException.class)
                        .hasMessageContaining("not HTTP"))
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("notHttp")
    void oneSuchAnswerIsAMishap(String answer) {
        server.thenSend(answer).thenSend(caughtUp("b", "[1]"));

        assertThat(stream().reader(Integer.class).collect().block(PATIENCE)).containsExactly(1);
    }

    @Test
    void aProducerSaysWhyItsMessagesAreNotDelivered() {
        server.thenPlay(1_000, connection -> {
            connection.readRequest();
            connection.write(with("Content-Length: 4"));
        });

        // In real time, because the timeout of a request is what is left of the delivery timeout.
        DurableStreamClient real = DurableStreamClient.builder().build();

        assertThatThrownBy(() -> real.stream(server.url())
                        .withContentType("application/json")
                        .producer("p", ProducerSettings.DEFAULT.withDeliveryTimeout(Duration.ofSeconds(2)))
                        .send(1)
                        .block(PATIENCE))
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining("Content-Length");
        real.dispose();
    }
}
