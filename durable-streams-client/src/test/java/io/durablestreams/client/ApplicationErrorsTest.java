package io.durablestreams.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Errors that Reactor throws instead of signalling them, from every kind of code of the application. */
@Tag("sockets")
class ApplicationErrorsTest {

    @RegisterExtension
    static final RunningServer running = new RunningServer();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient.Builder builder = DurableStreamClient.builder()
            .readerSettings(ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT));

    private DurableStreamClient client = builder.build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private DurableStreamClient client(Consumer<DurableStreamClient.Builder> configuration) {
        client.dispose();
        configuration.accept(builder);
        client = builder.build();
        return client;
    }

    static Stream<Error> errors() {
        return Stream.of(
                new StackOverflowError("thrown by the test"),
                new NoClassDefFoundError("thrown by the test"),
                new UnsatisfiedLinkError("thrown by the test"),
                new OutOfMemoryError("thrown by the test"),
                new AssertionError("thrown by the test"));
    }

    /** The error of the present test, for types that are read and written. */
    private static Error error = new AssertionError("not set");

    record Unreadable() {

        @JsonCreator
        static Unreadable of(int number) {
            throw error;
        }
    }

    record Unwritable() {

        @JsonValue
        int number() {
            throw error;
        }
    }

    /** Its class cannot be initialized. */
    static final class Uninitialized {

        private static final int NUMBER = Integer.parseInt("thrown by the test");

        @JsonCreator
        static Uninitialized of(int number) {
            return new Uninitialized();
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void aDeserializerEndsTheReadWithItsError(Error thrown) {
        error = thrown;
        DurableStream stream = running.newStream(StreamSpec.json());
        stream.append(1).block(PATIENCE);

        assertThatThrownBy(() -> stream.reader(Unreadable.class).collect().block(PATIENCE))
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("thrown by the test")
                .hasRootCause(thrown);
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"SSE", "LONG_POLL"})
    void soDoesOneThatFailsInALiveRead(LiveMode mode) {
        error = new StackOverflowError("thrown by the test");
        DurableStream stream = running.newStream(StreamSpec.json());

        Flux<Unreadable> items = stream.reader(Unreadable.class).live(mode).items();
        Mono<Void> read = items.then();
        Mono<Void> append = stream.append(1).then();

        assertThatThrownBy(() -> Mono.when(read, append.delaySubscription(Mono.delay(java.time.Duration.ofMillis(100))))
                        .block(PATIENCE))
                .isInstanceOf(StreamContentException.class);
    }

    @Test
    void aClassThatCannotBeInitializedEndsTheRead() {
        DurableStream stream = running.newStream(StreamSpec.json());
        stream.append(1).block(PATIENCE);

        for (int i = 0; i < 2; i++) { // The second time with another error.
            assertThatThrownBy(
                            () -> stream.reader(Uninitialized.class).collect().block(PATIENCE))
                    .isInstanceOf(StreamContentException.class)
                    .hasCauseInstanceOf(Throwable.class);
        }
    }

    @ParameterizedTest
    @MethodSource("errors")
    void aSerializerFailsItsMessageOnly(Error thrown) {
        error = thrown;
        DurableStream stream = running.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.append(new Unwritable()).block(PATIENCE))
                .withRootCauseInstanceOf(thrown.getClass());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> producer.append(new Unwritable()))
                .withRootCauseInstanceOf(thrown.getClass());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> onEventLoop(producer.send(new Unwritable())).block(PATIENCE));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        onEventLoop(producer.closeStream(new Unwritable())).block(PATIENCE));
        producer.send(1).block(PATIENCE);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1);
    }

    private static <T> Mono<T> onEventLoop(Mono<T> operation) {
        return operation.subscribeOn(Schedulers.parallel());
    }

    @ParameterizedTest
    @MethodSource("fatalErrors")
    void aSupplierOfAHeaderFailsTheRequest(Error thrown) {
        AtomicInteger asked = new AtomicInteger();
        server.thenAlways(100, request -> status("503 Service Unavailable"));
        DurableStreamClient failing = client(builder -> builder.header("X", () -> {
            if (asked.getAndIncrement() % 2 == 1) { // On the thread of a timer.
                throw thrown;
            }
            return "x";
        }));
        DurableStream stream = failing.stream(server.url()).withContentType("application/json");

        for (Mono<?> operation : List.of(
                stream.head(),
                stream.reader(Integer.class).collect(),
                stream.reader(Integer.class).live(LiveMode.AUTO).items().then(),
                stream.producer("p").send(1))) {
            asked.set(0);
            assertThatThrownBy(() -> operation.block(PATIENCE))
                    .isInstanceOf(StreamRequestException.class)
                    .hasMessageContaining("thrown by the test")
                    .hasCause(thrown);
        }
    }

    static Stream<Error> fatalErrors() {
        return errors().filter(thrown -> !(thrown instanceof AssertionError));
    }

    @ParameterizedTest
    @MethodSource("fatalErrors")
    void aFilterFailsTheRequest(Error thrown) {
        AtomicInteger asked = new AtomicInteger();
        server.thenAlways(100, request -> status("503 Service Unavailable"));
        DurableStreamClient failing = client(builder -> builder.webClients(web -> fail(web, asked, thrown)));
        DurableStream stream = failing.stream(server.url()).withContentType("application/json");

        for (Mono<?> operation : List.of(
                stream.head(),
                stream.reader(Integer.class).collect(),
                stream.producer("p").send(1))) {
            asked.set(0);
            assertThatThrownBy(() -> operation.block(PATIENCE))
                    .isInstanceOf(StreamRequestException.class)
                    .hasCause(thrown);
        }
    }

    private static void fail(WebClient.Builder web, AtomicInteger asked, Error thrown) {
        web.filter((request, next) -> {
            if (asked.getAndIncrement() % 2 == 1) {
                throw thrown;
            }
            return next.exchange(request);
        });
    }

    @ParameterizedTest
    @MethodSource("fatalErrors")
    void aRecoveryEndsTheRead(Error thrown) {
        server.thenSend(status("401 Unauthorized"));

        assertThatThrownBy(() -> client.stream(server.url())
                        .reader(Integer.class)
                        .onError(failure -> {
                            throw thrown;
                        })
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(DurableStreamException.class)
                .hasCause(thrown);
    }

    @ParameterizedTest
    @MethodSource("fatalErrors")
    void soDoesOneThatFailsWhenItIsSubscribedTo(Error thrown) {
        server.thenSend(caughtUp("a", "[]")).thenSend(status("401 Unauthorized"));

        assertThatThrownBy(() -> client.stream(server.url())
                        .reader(Integer.class)
                        .live(LiveMode.LONG_POLL)
                        .onError(failure -> Mono.fromSupplier(() -> {
                            throw thrown;
                        }))
                        .items()
                        .blockLast(PATIENCE))
                .isInstanceOf(DurableStreamException.class)
                .hasCause(thrown);
    }

    @ParameterizedTest
    @MethodSource("fatalErrors")
    void anEpochStoreFailsTheMessagesThatWaitForIt(Error thrown) {
        DurableStream stream = running.newStream(StreamSpec.json());
        DurableStreamClient failing = client(builder -> builder.epochStore(new EpochStore() {
            @Override
            public Mono<Long> next(URI url, String producerId, long least) {
                return Mono.fromSupplier(() -> {
                    throw thrown;
                });
            }

            @Override
            public Mono<Void> record(URI url, String producerId, long epoch) {
                return Mono.empty();
            }
        }));
        IdempotentProducer producer = failing.stream(stream.url()).producer("p");

        assertThatThrownBy(() -> producer.send(1).block(PATIENCE))
                .isInstanceOf(DurableStreamException.class)
                .hasMessageContaining("thrown by the test");
    }

    @ParameterizedTest
    @MethodSource("fatalErrors")
    void anEpochStoreThatCannotRecordFailsTheMessagesOfTheEpoch(Error thrown) {
        DurableStream stream = running.newStream(StreamSpec.json());
        AtomicInteger recordings = new AtomicInteger();
        DurableStreamClient failing = client(builder -> builder.epochStore(new EpochStore() {
            @Override
            public Mono<Long> next(URI url, String producerId, long least) {
                return Mono.just(least);
            }

            @Override
            public Mono<Void> record(URI url, String producerId, long epoch) {
                recordings.incrementAndGet();
                throw thrown;
            }
        }));
        IdempotentProducer producer = failing.stream(stream.url())
                .producer(
                        "p",
                        ProducerSettings.DEFAULT
                                .withDeliveryTimeout(java.time.Duration.ofSeconds(2))
                                .withBackoff(Backoffs.SHORT));
        producer.send(1).block(PATIENCE);
        producer.restart().block(PATIENCE);

        assertThatThrownBy(() -> producer.send(2).block(PATIENCE))
                .isInstanceOf(DurableStreamException.class)
                .hasMessageContaining("thrown by the test");
        assertThat(recordings).hasPositiveValue();
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anErrorHandlerDoesNotStopTheProducer(Error thrown) {
        server.thenAlways(100, request -> status("400 Bad Request"));
        AtomicInteger told = new AtomicInteger();
        IdempotentProducer producer = client.stream(server.url())
                .withContentType("application/json")
                .producer("p", null, (cause, messages) -> {
                    told.incrementAndGet();
                    throw thrown;
                });

        for (int i = 0; i < 2; i++) {
            producer.append(i);
            assertThatThrownBy(() -> producer.flush().block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        }
        assertThat(told).hasValue(2);
    }
}
