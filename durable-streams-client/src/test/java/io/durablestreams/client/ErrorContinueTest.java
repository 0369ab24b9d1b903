package io.durablestreams.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An application that continues after errors of its own operators does not change those of the library. */
@Tag("sockets")
class ErrorContinueTest {

    private static final int CONNECTIONS = 100;

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final AtomicInteger continued = new AtomicInteger();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .readerSettings(ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private DurableStream stream() {
        return client.stream(server.url());
    }

    /** Operations of a handle, each as one flux. */
    static final Map<String, Function<DurableStream, Flux<?>>> OPERATIONS = Map.ofEntries(
            Map.entry("create", stream -> stream.create(StreamSpec.json()).flux()),
            Map.entry("head", stream -> stream.head().flux()),
            Map.entry("append", stream -> stream.append(1).flux()),
            Map.entry("append with Stream-Seq", stream -> stream.append(1, "1").flux()),
            Map.entry(
                    "append with a number",
                    stream -> stream.append(1, new ProducerSequence("p", 0, 0)).flux()),
            Map.entry("closeStream", stream -> stream.closeStream().flux()),
            Map.entry(
                    "closeStream with a message",
                    stream -> stream.closeStream(1).flux()),
            Map.entry("delete", stream -> stream.delete().flux()),
            Map.entry("batches", stream -> stream.reader(Integer.class).batches()),
            Map.entry("items", stream -> stream.reader(Integer.class).items()),
            Map.entry(
                    "live items",
                    stream -> stream.reader(Integer.class).live(LiveMode.AUTO).items()),
            Map.entry(
                    "collect", stream -> stream.reader(Integer.class).collect().flux()),
            Map.entry("body", stream -> stream.reader(Integer.class).body().flux()),
            Map.entry("text", stream -> stream.reader(Integer.class).text().flux()),
            Map.entry("send", stream -> stream.producer("p").send(1).flux()),
            Map.entry("sendAll", stream -> stream.producer("p").sendAll(Flux.just(1, 2))));

    static final List<String> OPERATION_NAMES =
            OPERATIONS.keySet().stream().sorted().toList();

    /** Answers that make an operation fail, on the way in or on the way out. */
    static Stream<UnaryOperator<String>> refusals() {
        return Stream.of(
                request -> status("404 Not Found"),
                request -> status("400 Bad Request"),
                request -> "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void everyOperationFailsAsItDoesWithoutIt(UnaryOperator<String> refusal) {
        server.thenAlways(CONNECTIONS * OPERATIONS.size(), refusal);

        OPERATIONS.forEach((name, operation) -> {
            String plain = outcome(operation.apply(stream()));

            assertThat(outcome(operation.apply(stream()).onErrorContinue(this::count)))
                    .as(name)
                    .isEqualTo(plain);
        });
        assertThat(continued).hasValue(0);
    }

    private static String outcome(Flux<?> operation) {
        List<Object> items = new ArrayList<>();
        try {
            operation.doOnNext(items::add).then().block(PATIENCE);
            return items + " and no failure";
        } catch (RuntimeException failure) {
            return items + " and " + failure;
        }
    }

    private void count(Throwable failure, Object item) {
        continued.incrementAndGet();
    }

    @ParameterizedTest
    @FieldSource("OPERATION_NAMES")
    void aHeaderThatCannotBeObtainedFailsEveryOperation(String name) {
        DurableStreamClient broken = DurableStreamClient.builder()
                .header("Authorization", () -> {
                    throw new IllegalArgumentException("thrown by the test");
                })
                .build();

        assertThat(outcome(
                        OPERATIONS.get(name).apply(broken.stream(server.url())).onErrorContinue(this::count)))
                .contains("thrown by the test");
        broken.dispose();
    }

    @Test
    void aMessageThatCannotBeReadEndsTheRead() {
        server.thenAlways(CONNECTIONS, request -> caughtUp("b", "[1,\"two\",3]"));

        assertThat(outcome(stream().reader(Integer.class).items().onErrorContinue(this::count)))
                .contains("cannot be read as");
        assertThat(continued).hasValue(0);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void eventsThatMakeNoSenseEndTheRead() {
        server.thenSend(caughtUp("a", "[]")).thenSend(SSE + event("data", "[1]") + event("control", "nonsense"));

        assertThatThrownBy(() -> stream()
                        .reader(Integer.class)
                        .live(LiveMode.SSE)
                        .items()
                        .onErrorContinue(this::count)
                        .blockLast(PATIENCE))
                .isInstanceOf(StreamProtocolException.class);
        assertThat(continued).hasValue(0);
    }

    @Test
    void itStillHoldsForTheOperatorsOfTheApplication() {
        server.thenSend(answer("a", "[1,2,3]")).thenSend(caughtUp("b", "[4]"));

        List<Integer> items = stream()
                .reader(Integer.class)
                .items()
                .map(item -> item / (item - 2))
                .onErrorContinue(this::count)
                .collectList()
                .block(PATIENCE);

        assertThat(items).containsExactly(-1, 3, 2);
        assertThat(continued).hasValue(1);
    }

    @Test
    void theEndOfAProducerFails() {
        server.thenAlways(CONNECTIONS, request -> status("404 Not Found"));
        IdempotentProducer producer = stream().producer("p");

        producer.append(1);
        assertThat(outcome(producer.flush().flux().onErrorContinue(this::count)))
                .contains("there is no such stream");
        producer.append(2);
        assertThat(outcome(producer.restart().flux().onErrorContinue(this::count)))
                .contains("there is no such stream");
        producer.append(3);
        assertThat(outcome(client.flush().flux().onErrorContinue(this::count))).contains("there is no such stream");
        producer.append(4);
        assertThat(outcome(producer.closeStream().flux().onErrorContinue(this::count)))
                .contains("there is no such stream");
        assertThat(outcome(client.closeProducers(Duration.ofSeconds(30)).flux().onErrorContinue(this::count)))
                .isEqualTo("[] and no failure");
        assertThat(continued).hasValue(0);
    }
}
