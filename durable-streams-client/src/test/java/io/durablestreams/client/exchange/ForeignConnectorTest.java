package io.durablestreams.client.exchange;

import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.LeakDetection;
import io.durablestreams.client.fixture.RawAnswers;
import io.durablestreams.client.fixture.RawRequest;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.kept;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A {@link WebClient} of the application, whose connector takes an informational answer for the final one. */
@Tag("sockets")
class ForeignConnectorTest {

    private static final String EARLY_HINTS = "HTTP/1.1 103 Early Hints\r\n\r\n";

    private static final ProducerSettings PRODUCER = ProducerSettings.DEFAULT
            .withBackoff(Backoffs.SHORT)
            .withMaxBatchItems(1)
            .withLinger(Duration.ZERO);

    private static final ConnectionProvider POOL = ConnectionProvider.create("foreign", 1);

    @RegisterExtension
    static final LeakDetection leaks = LeakDetection.always();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private DurableStreamClient client;

    private static WebClient reactorNetty() {
        return WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(HttpClient.create(POOL)))
                .build();
    }

    /** The connection is back in the pool when the answer arrives on the other thread. */
    private static WebClient otherThread() {
        return reactorNetty()
                .mutate()
                .filter((request, next) -> next.exchange(request).publishOn(Schedulers.boundedElastic()))
                .build();
    }

    private static WebClient jdk() {
        java.net.http.HttpClient http =
                java.net.http.HttpClient.newBuilder().version(Version.HTTP_1_1).build();
        return WebClient.builder()
                .clientConnector(new JdkClientHttpConnector(http))
                .build();
    }

    static Stream<Named<WebClient>> reactorNettyClients() {
        return Stream.of(
                Named.of("Reactor Netty", reactorNetty()),
                Named.of("Reactor Netty, answers on other threads", otherThread()));
    }

    private DurableStream stream(WebClient webClient) {
        client = DurableStreamClient.builder()
                .webClient(webClient)
                .liveWebClient(webClient)
                .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT))
                .readerSettings(ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT))
                .build();
        return client.stream(server.url()).withContentType("application/json");
    }

    @AfterEach
    void dispose() {
        client.dispose();
    }

    /** Sends no more than an announcement, and waits for the client to close. */
    private static FaultServer.Script only(String interim) {
        return connection -> {
            connection.readRequest();
            connection.write(interim);
            connection.awaitClose();
        };
    }

    @ParameterizedTest
    @MethodSource("reactorNettyClients")
    void aPlainAppendHasAnUnknownOutcomeAndItsConnectionIsClosed(WebClient webClient) {
        DurableStream stream = stream(webClient);
        server.then(only(EARLY_HINTS)).thenSend(status("204 No Content", "Stream-Next-Offset: own"));

        assertThatThrownBy(() -> stream.append("m").block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining("103");
        assertThat(stream.append("n").block(PATIENCE).nextOffset()).hasToString("own");
    }

    @ParameterizedTest
    @MethodSource("reactorNettyClients")
    void aReadIsRepeatedOnAnotherConnection(WebClient webClient) {
        DurableStream stream = stream(webClient);
        server.then(only(EARLY_HINTS))
                .then(only("HTTP/1.1 102 Processing\r\n\r\n"))
                .thenSend(caughtUp("a", "[1]"));

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"LONG_POLL", "SSE"})
    void soIsALiveRead(LiveMode mode) {
        DurableStream stream = stream(reactorNetty());
        server.thenSend(caughtUp("a", "[1]"))
                .then(only(EARLY_HINTS))
                .thenSend(mode == LiveMode.SSE ? SSE + event("data", "[2]") + closed("b") : lastPoll());

        assertThat(stream.reader(Integer.class).live(mode).items().collectList().block(PATIENCE))
                .containsExactly(1, 2);
    }

    private static String lastPoll() {
        return RawAnswers.answer("b", "[2]", "Stream-Up-To-Date: true", "Stream-Closed: true");
    }

    @ParameterizedTest
    @MethodSource("reactorNettyClients")
    void operationsThatMayBeRepeatedAre(WebClient webClient) {
        DurableStream stream = stream(webClient);
        server.then(only(EARLY_HINTS)).thenSend(status("201 Created", "Stream-Next-Offset: a"));
        assertThat(stream.create(StreamSpec.json()).block(PATIENCE).created()).isTrue();

        server.then(only(EARLY_HINTS)).thenSend(status("200 OK", "Stream-Next-Offset: b"));
        assertThat(stream.head().block(PATIENCE).nextOffset()).hasToString("b");

        server.then(only(EARLY_HINTS)).thenSend(status("404 Not Found"));
        stream.delete().block(PATIENCE);
    }

    /** Only every other request gets its final answer. */
    @ParameterizedTest
    @MethodSource("reactorNettyClients")
    void aProducerRepeatsTheSameBytesUnderTheSameNumber(WebClient webClient) {
        DurableStream stream = stream(webClient);
        List<String> attempts = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 6; i++) {
            server.then(connection -> {
                        RawRequest request = new RawRequest(connection.readRequest());
                        attempts.add(request.number() + " " + request.body());
                        connection.write(EARLY_HINTS);
                        connection.awaitClose();
                    })
                    .then(connection -> {
                        RawRequest request = new RawRequest(connection.readRequest());
                        attempts.add(request.number() + " " + request.body());
                        connection.write(status(
                                "204 No Content",
                                "Producer-Epoch: 0",
                                "Producer-Seq: " + request.header("producer-seq")));
                    });
        }
        IdempotentProducer producer = stream.producer("p", PRODUCER);

        List<AppendReceipt> receipts =
                Flux.range(0, 6).concatMap(producer::send).collectList().block(PATIENCE);

        assertThat(receipts).hasSize(6);
        assertThat(attempts)
                .isEqualTo(IntStream.range(0, 12)
                        .mapToObj(i -> "0/" + i / 2 + " [" + i / 2 + "]")
                        .toList());
        producer.close().block(PATIENCE);
    }

    /** The JDK's client reads past such an answer by itself. */
    @Test
    void theConnectorOfTheJdkGoesOnToTheRealAnswer() {
        DurableStream stream = stream(jdk());
        server.then(connection -> {
            connection.readRequest();
            connection.write(EARLY_HINTS + "HTTP/1.1 102 Processing\r\n\r\n");
            connection.stayQuiet();
            connection.write(kept(status("204 No Content", "Stream-Next-Offset: own")));
            connection.readRequest();
            connection.write(EARLY_HINTS);
            connection.stayQuiet();
            connection.write(caughtUp("a", "[1]"));
        });

        assertThat(stream.append("m").block(PATIENCE).nextOffset()).hasToString("own");
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1);
    }

    static Stream<Named<WebClient>> allClients() {
        return Stream.concat(reactorNettyClients(), Stream.of(Named.of("JDK", jdk())));
    }

    @ParameterizedTest
    @MethodSource("allClients")
    void aSwitchOfProtocolsIsNoAnswerAndEndsTheConnection(WebClient webClient) {
        DurableStream stream = stream(webClient);
        server.then(only("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"))
                .thenSend(status("204 No Content", "Stream-Next-Offset: own"));

        assertThatThrownBy(() -> stream.append("m").block(PATIENCE)).isInstanceOf(AppendOutcomeUnknownException.class);
        assertThat(stream.append("n").block(PATIENCE).nextOffset()).hasToString("own");
    }
}
