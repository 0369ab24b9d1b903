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
public abstract class StoreFixture {

    protected static final Duration TIMEOUT = Duration.ofSeconds(10);
    protected static final int ALL = Integer.MAX_VALUE;
    protected static final String PATH = "/orders";
    protected static final StreamConfig TEXT = StreamConfig.of("text/plain");
    protected static final StreamConfig JSON = StreamConfig.of("application/json");

    protected final ManualClock clock = new ManualClock();
    protected StreamStore store;

    /** Returns an empty store that takes the time from the clock. */
    protected abstract StreamStore createStore(Clock clock);

    @BeforeEach
    protected void createStore() {
        store = createStore(clock);
    }

    protected CreateResult create(StreamConfig config) {
        return get(store.create(PATH, StreamCreation.of(config)));
    }

    protected AppendResult append(String text) {
        return append(text(text));
    }

    protected AppendResult append(StreamAppend append) {
        return get(store.append(PATH, append));
    }

    protected StreamPage read(Offset offset) {
        return get(store.read(PATH, offset, ALL));
    }

    protected StreamInfo info() {
        return get(store.info(PATH));
    }

    protected static StreamAppend text(String text) {
        return StreamAppend.of(AppendBody.of("text/plain", bytes(text)));
    }

    protected static StreamAppend json(String json) {
        return StreamAppend.of(AppendBody.of("application/json", bytes(json)));
    }

    protected static ProducerSequence sequence(long epoch, long seq) {
        return new ProducerSequence("writer", epoch, seq);
    }

    protected static AppendVerdict accepted(long epoch, long seq) {
        return new AppendVerdict.Accepted(new ProducerState(epoch, seq));
    }

    protected static List<byte[]> messages(String... texts) {
        return Stream.of(texts).map(StoreFixture::bytes).toList();
    }

    protected static List<String> texts(StreamPage page) {
        return page.messages().stream()
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .toList();
    }

    protected static void assertAbsent(Mono<?> operation) {
        assertThatThrownBy(() -> run(operation)).isInstanceOf(StreamAbsentException.class);
    }

    protected static <T> T get(Mono<T> operation) {
        return Objects.requireNonNull(operation.block(TIMEOUT));
    }

    protected static void run(Mono<?> operation) {
        operation.block(TIMEOUT);
    }

    /** Runs tasks on as many threads, and returns their results in any order. */
    protected static <T> List<T> concurrently(int count, IntFunction<Mono<T>> task) {
        return get(Flux.range(0, count)
                .flatMap(i -> Mono.defer(() -> task.apply(i)).subscribeOn(Schedulers.boundedElastic()), count)
                .collectList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
