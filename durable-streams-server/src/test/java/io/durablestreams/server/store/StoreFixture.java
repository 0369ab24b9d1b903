package io.durablestreams.server.store;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerState;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A store, and how the contracts talk to it. */
abstract class StoreFixture {

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final int ALL = Integer.MAX_VALUE;
    static final String PATH = "/orders";
    static final StreamConfig TEXT = StreamConfig.of("text/plain");
    static final StreamConfig JSON = StreamConfig.of("application/json");

    final ManualClock clock = new ManualClock();
    StreamStore store;

    /** Returns an empty store that takes the time from the clock. */
    abstract StreamStore createStore(Clock clock);

    @BeforeEach
    void createStore() {
        store = createStore(clock);
    }

    CreateResult create(StreamConfig config) {
        return get(store.create(PATH, StreamCreation.of(config)));
    }

    AppendResult append(String text) {
        return append(text(text));
    }

    AppendResult append(StreamAppend append) {
        return get(store.append(PATH, append));
    }

    StreamPage read(Offset offset) {
        return get(store.read(PATH, offset, ALL));
    }

    StreamInfo info() {
        return get(store.info(PATH));
    }

    static StreamAppend text(String text) {
        return StreamAppend.of(AppendBody.of("text/plain", bytes(text)));
    }

    static StreamAppend json(String json) {
        return StreamAppend.of(AppendBody.of("application/json", bytes(json)));
    }

    static ProducerSequence sequence(long epoch, long seq) {
        return new ProducerSequence("writer", epoch, seq);
    }

    static AppendVerdict accepted(long epoch, long seq) {
        return new AppendVerdict.Accepted(new ProducerState(epoch, seq));
    }

    static List<byte[]> messages(String... texts) {
        return Stream.of(texts).map(StoreFixture::bytes).toList();
    }

    static List<String> texts(StreamPage page) {
        return page.messages().stream()
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .toList();
    }

    static void assertAbsent(Mono<?> operation) {
        assertThatThrownBy(() -> run(operation)).isInstanceOf(StreamAbsentException.class);
    }

    static <T> T get(Mono<T> operation) {
        return Objects.requireNonNull(operation.block(TIMEOUT));
    }

    static void run(Mono<?> operation) {
        operation.block(TIMEOUT);
    }

    /** Runs tasks on as many threads, and returns their results in any order. */
    static <T> List<T> concurrently(int count, IntFunction<Mono<T>> task) {
        return get(Flux.range(0, count)
                .flatMap(i -> Mono.defer(() -> task.apply(i)).subscribeOn(Schedulers.boundedElastic()), count)
                .collectList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
