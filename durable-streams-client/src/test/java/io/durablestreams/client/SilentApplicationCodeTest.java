package io.durablestreams.client;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.client.reader.RequestChanges;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Code of the application that never answers, for example because Reactor has dropped an error on another thread. */
@Tag("sockets")
class SilentApplicationCodeTest {

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private DurableStreamClient client;

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private DurableStream stream(Consumer<DurableStreamClient.Builder> configuration) {
        DurableStreamClient.Builder builder = DurableStreamClient.builder()
                .readerSettings(ReaderSettings.DEFAULT
                        .withRequestTimeout(TIMEOUT)
                        .withMaxRetries(1)
                        .withMaxLiveRetries(1)
                        .withBackoff(Backoffs.SHORT))
                .producerSettings(ProducerSettings.DEFAULT
                        .withRequestTimeout(TIMEOUT)
                        .withDeliveryTimeout(TIMEOUT.multipliedBy(3))
                        .withBackoff(Backoffs.SHORT))
                .requestSettings(RequestSettings.DEFAULT
                        .withTimeout(TIMEOUT)
                        .withMaxRetries(1)
                        .withBackoff(Backoffs.SHORT));
        configuration.accept(builder);
        client = builder.build();
        return client.stream(server.url()).withContentType("application/json");
    }

    static Stream<Mono<Object>> silences() {
        return Stream.of(Mono.never(), Mono.delay(Duration.ofMillis(1)).map(time -> {
            throw new NoClassDefFoundError("thrown by the test on another thread");
        }));
    }

    private static List<Mono<?>> operations(DurableStream stream) {
        return List.of(
                stream.head(),
                stream.append(1),
                stream.reader(Integer.class).collect(),
                stream.reader(Integer.class).live(LiveMode.SSE).items().then(),
                stream.producer("p").send(1));
    }

    @ParameterizedTest
    @MethodSource("silences")
    void aSupplierOfAHeaderIsNamed(Mono<Object> silence) {
        DurableStream stream = stream(builder -> builder.header("X-Slow", silence.cast(String.class)));

        for (Mono<?> operation : operations(stream)) {
            assertThatThrownBy(() -> operation.block(PATIENCE))
                    .isInstanceOf(DurableStreamException.class)
                    .isNotInstanceOf(AppendOutcomeUnknownException.class)
                    .hasMessageContaining("the value of header 'X-Slow' could not be obtained");
        }
    }

    @ParameterizedTest
    @MethodSource("silences")
    void aFilterIsNamed(Mono<Object> silence) {
        DurableStream stream = stream(builder -> builder.webClients(
                webClient -> webClient.filter((request, next) -> silence.cast(ClientResponse.class))));

        for (Mono<?> operation : operations(stream)) {
            assertThatThrownBy(() -> operation.block(PATIENCE))
                    .isInstanceOf(DurableStreamException.class)
                    .hasMessageContaining("the filters of the WebClient have not passed the request on");
        }
    }

    @ParameterizedTest
    @MethodSource("silences")
    void soIsAFilterThatKeepsTheAnswer(Mono<Object> silence) {
        server.thenAlways(20, request -> caughtUp("a", "[1]"));
        DurableStream stream = stream(builder -> builder.webClients(webClient -> webClient.filter(
                (request, next) -> next.exchange(request).flatMap(answer -> silence.cast(ClientResponse.class)))));

        for (Mono<?> operation : List.of(
                stream.head(), stream.append(1), stream.reader(Integer.class).collect())) {
            assertThatThrownBy(() -> operation.block(PATIENCE))
                    .isInstanceOf(DurableStreamException.class)
                    .hasMessageContaining("the filters of the WebClient have not passed the answer on");
        }
    }

    @ParameterizedTest
    @MethodSource("silences")
    void aRecoveryIsNamed(Mono<Object> silence) {
        server.thenSend(caughtUp("a", "[1]")).thenSend(status("401 Unauthorized"));
        DurableStream stream = stream(builder -> {});

        assertThatThrownBy(() -> stream.reader(Integer.class)
                        .live(LiveMode.LONG_POLL)
                        .onError(failure -> silence.cast(RequestChanges.class))
                        .items()
                        .blockLast(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("the recovery of the application has not answered within " + TIMEOUT)
                .hasMessageContaining("credentials");
    }

    @Test
    void aValueThatTakesItsTimeLeavesTheServerItsOwn() {
        Mono<String> slow = Mono.delay(TIMEOUT.multipliedBy(2).dividedBy(3)).thenReturn("x");
        server.thenPlay(10, connection -> {
            connection.readRequest();
            Mono.delay(TIMEOUT.multipliedBy(2).dividedBy(3)).block(PATIENCE);
            connection.write(caughtUp("a", "[1]"));
        });
        DurableStream stream = stream(builder -> builder.header("X-Slow", slow));

        assertThat(stream.head().block(PATIENCE).nextOffset()).hasToString("a");
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1);
        assertThat(server.requests()).hasSize(2);
    }
}
