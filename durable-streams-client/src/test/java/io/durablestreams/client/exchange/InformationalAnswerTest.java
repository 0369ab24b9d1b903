package io.durablestreams.client.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.FaultyNetwork;
import io.durablestreams.client.fixture.LeakDetection;
import io.durablestreams.client.fixture.RawAnswers;
import io.durablestreams.client.fixture.RawRequest;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.kept;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Answers that are announced by informational ones (RFC 9110 §15.2), over the client's own connections. */
@Tag("sockets")
class InformationalAnswerTest {

    private static final String EARLY_HINTS = "HTTP/1.1 103 Early Hints\r\n\r\n";

    @RegisterExtension
    static final LeakDetection leaks = LeakDetection.always();

    @RegisterExtension
    static final RunningServer running = new RunningServer();

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .connectionSettings(ConnectionSettings.DEFAULT.withMaxConnections(1).withMaxLiveConnections(1))
            .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .readerSettings(ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    static Stream<String> announcements() {
        return Stream.of(
                EARLY_HINTS,
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 102 Processing\r\n\r\n",
                "HTTP/1.1 199 Whatever\r\n\r\n",
                EARLY_HINTS + EARLY_HINTS,
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + EARLY_HINTS,
                "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nStream-Next-Offset: wrong\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    /** Announces every answer on one connection, the only one that there may be. */
    private void announce(String announcement, UnaryOperator<String> answers) {
        server.thenPlay(1, connection -> {
            for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
                connection.write(announcement);
                connection.stayQuiet();
                connection.write(answers.apply(request));
            }
        });
    }

    private static String page(String request) {
        return switch (request.split("offset=")[1].substring(0, 1)) {
            case "-" -> kept(RawAnswers.answer("a", "[1]"));
            case "a" -> kept(RawAnswers.answer("b", "[2]"));
            default -> kept(caughtUp("c", "[3]"));
        };
    }

    private List<Integer> read() {
        return client.stream(server.url()).reader(Integer.class).collect().block(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("announcements")
    void readsGoOnToTheRealAnswer(String announcement) {
        announce(announcement, InformationalAnswerTest::page);

        assertThat(read()).containsExactly(1, 2, 3);
    }

    @Test
    void itMayComeInThePacketOfTheRealAnswer() {
        server.thenAlways(1, request -> EARLY_HINTS + page(request));

        assertThat(read()).containsExactly(1, 2, 3);
    }

    @Test
    void itMayComeByteByByte() {
        server.thenPlay(1, connection -> {
            for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
                connection.writeSlowly(EARLY_HINTS + EARLY_HINTS);
                connection.writeSlowly(page(request));
            }
        });

        assertThat(read()).containsExactly(1, 2, 3);
    }

    @Test
    void everyOperationGoesOnToTheRealAnswer() {
        Map<String, String> answers = Map.of(
                "PUT", status("201 Created", "Stream-Next-Offset: a", "Content-Type: application/json"),
                "HEAD",
                        "HTTP/1.1 200 OK\r\nStream-Next-Offset: b\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\n",
                "POST", status("204 No Content", "Stream-Next-Offset: c", "Stream-Closed: true"),
                "DELETE", status("204 No Content"));
        announce(EARLY_HINTS, request -> kept(answers.get(new RawRequest(request).method())));
        DurableStream stream = client.stream(server.url());

        assertThat(stream.create(StreamSpec.json()).block(PATIENCE).created()).isTrue();
        assertThat(stream.head().block(PATIENCE).nextOffset()).hasToString("b");
        assertThat(stream.append("m").block(PATIENCE).nextOffset()).hasToString("c");
        assertThat(stream.closeStream().block(PATIENCE)).hasToString("c");
        stream.delete().block(PATIENCE);
        assertThat(server.requests()).hasSize(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"LONG_POLL", "SSE"})
    void liveReadsGoOnToTheRealAnswer(LiveMode mode) {
        server.thenPlay(2, connection -> {
            for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
                connection.write(EARLY_HINTS);
                connection.stayQuiet();
                if (request.contains("live=sse")) {
                    connection.write(SSE + event("data", "[2]") + control("b") + event("data", "[3]") + closed("c"));
                    return;
                }
                connection.write(kept(liveAnswer(request)));
            }
        });

        assertThat(client.stream(server.url())
                        .reader(Integer.class)
                        .live(mode)
                        .items()
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(1, 2, 3);
    }

    private static String liveAnswer(String request) {
        return switch (request.split("offset=")[1].substring(0, 1)) {
            case "-" -> caughtUp("a", "[1]");
            case "a" -> caughtUp("b", "[2]");
            default -> RawAnswers.answer("c", "[3]", "Stream-Up-To-Date: true", "Stream-Closed: true");
        };
    }

    /** The outcome of the request is unknown. */
    @Test
    void theEndOfTheConnectionInsteadOfTheRealAnswerIsNoAnswer() {
        server.thenSend(EARLY_HINTS).thenSend(EARLY_HINTS + caughtUp("a", "[1]"));
        assertThat(read()).containsExactly(1);

        server.thenSend(EARLY_HINTS);
        assertThatThrownBy(() -> client.stream(server.url())
                        .withContentType("application/json")
                        .append("m")
                        .block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\nother bytes",
                EARLY_HINTS + "HTTP/1.1 101 Switching Protocols\r\nUpgrade: HTTP/1.1\r\n\r\n",
            })
    void aSwitchOfProtocolsIsNoAnswerAndEndsTheConnection(String switching) {
        FaultServer.Script script = connection -> {
            connection.readRequest();
            connection.write(switching);
            connection.awaitClose();
        };
        DurableStream stream = client.stream(server.url()).withContentType("application/json");

        server.then(script);
        assertThatThrownBy(() -> stream.append("m").block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining("101");
        server.then(script).then(script).thenSend(caughtUp("a", "[1]"));
        assertThat(read()).containsExactly(1);
    }

    /** With answers on another thread, the pool has the connection back before the client sees the answer. */
    @RepeatedTest(5)
    void noRequestIsSentAfterASwitchOfProtocols() {
        DurableStreamClient hopping = client.mutate()
                .webClients(builder -> builder.filter(
                        (request, next) -> next.exchange(request).publishOn(Schedulers.boundedElastic())))
                .build();
        server.then(connection -> {
                    connection.readRequest();
                    connection.stayQuiet();
                    connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: HTTP/1.1\r\n\r\n");
                    connection.awaitClose();
                })
                .thenSend(status("204 No Content", "Stream-Next-Offset: own"));

        List<String> outcomes = Flux.range(0, 2)
                .flatMapSequential(i -> hopping.stream(server.url())
                        .withContentType("application/json")
                        .append(i)
                        .map(receipt -> String.valueOf(receipt.nextOffset()))
                        .onErrorResume(AppendOutcomeUnknownException.class, failure -> Mono.just("unknown")))
                .collectList()
                .block(PATIENCE);

        assertThat(outcomes).containsExactly("unknown", "own");
    }

    /** Otherwise each request would get the answer to the one before it. */
    @Test
    void requestsOnOneConnectionGetTheirOwnAnswers() {
        announce(EARLY_HINTS, request -> {
            String number = request.split("[/? ]")[2].substring("stream-".length());
            return request.startsWith("POST")
                    ? kept(status("204 No Content", "Stream-Next-Offset: end-of-" + number))
                    : kept(caughtUp("end-of-" + number, "[" + number + "]"));
        });

        List<String> answers = Flux.range(0, 20)
                .flatMapSequential(this::answer, 2)
                .collectList()
                .block(PATIENCE);

        assertThat(answers)
                .isEqualTo(IntStream.range(0, 20)
                        .mapToObj(i -> i % 2 == 0 ? i + " end-of-" + i : i + " [" + i + "]")
                        .toList());
    }

    private Mono<String> answer(int number) {
        DurableStream stream = client.stream(server.url() + "-" + number).withContentType("application/json");
        return number % 2 == 0
                ? stream.append("m").map(receipt -> number + " " + receipt.nextOffset())
                : stream.reader(Integer.class).collect().map(items -> number + " " + items);
    }

    @ParameterizedTest
    @CsvSource({"103 Early Hints, 1", "103 Early Hints, 5", "102 Processing, 1", "102 Processing, 5"})
    void aProducerAcknowledgesWhatIsStored(String status, int maxInFlight) {
        DurableStream stream = running.newStream(StreamSpec.json());
        Map<String, List<String>> sent = new ConcurrentHashMap<>();
        DurableStream announced = network.over(stream, request -> {
            sent.computeIfAbsent(request.number(), number -> new CopyOnWriteArrayList<>())
                    .add(request.body());
            return FaultyNetwork.Fault.NONE;
        });
        network.announce("HTTP/1.1 " + status + "\r\n\r\n");
        IdempotentProducer producer = announced.producer(
                "p", ProducerSettings.DEFAULT.withMaxBatchItems(1).withMaxInFlight(maxInFlight));

        List<AppendReceipt> receipts = Flux.range(0, 12)
                .flatMapSequential(producer::send)
                .collectList()
                .block(PATIENCE);

        assertThat(receipts).extracting(AppendReceipt::outcome).containsOnly(AppendReceipt.Outcome.STORED);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(0, 12).boxed().toList());
        assertThat(sent)
                .hasSize(12)
                .allSatisfy((number, bodies) -> assertThat(Set.copyOf(bodies)).hasSize(1));
        // Several at once may overtake each other.
        assertThat(sent.values()).allMatch(bodies -> maxInFlight > 1 || bodies.size() == 1);
        producer.close().block(PATIENCE);
    }

    @Test
    void aPlainAppendGetsItsOwnReceipt() {
        DurableStream stream = running.newStream(StreamSpec.json());
        DurableStream announced = network.over(stream, request -> FaultyNetwork.Fault.NONE);
        network.announce(EARLY_HINTS);

        for (int i = 0; i < 5; i++) {
            assertThat(announced.append(i).map(AppendReceipt::nextOffset).block(PATIENCE))
                    .isEqualTo(stream.head().block(PATIENCE).nextOffset());
        }
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(0, 1, 2, 3, 4);
    }
}
