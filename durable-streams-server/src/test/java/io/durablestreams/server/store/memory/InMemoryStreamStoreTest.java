package io.durablestreams.server.store.memory;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerVerdict;
import io.durablestreams.server.store.AppendVerdict;
import io.durablestreams.server.store.InvalidOffsetException;
import io.durablestreams.server.store.StreamConfig;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.StreamStoreContract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InMemoryStreamStoreTest extends StreamStoreContract {

    @Override
    protected StreamStore createStore(Clock clock) {
        return new InMemoryStreamStore(clock, Schedulers.parallel());
    }

    @Test
    void offsetsAreSixteenDigitsTwiceAndBeginAtZero() {
        assertThat(create(TEXT).stream().tail()).isEqualTo(new Offset("0000000000000000_0000000000000000"));
        assertThat(append("five!").tail()).isEqualTo(new Offset("0000000000000000_0000000000000005"));
    }

    @Test
    void anOffsetInsideOfAnAppendIsRefused() {
        create(TEXT);
        append("five!");
        append("five!");

        assertThatThrownBy(() -> read(new Offset("0000000000000000_0000000000000003")))
                .isInstanceOf(InvalidOffsetException.class);
        assertThatThrownBy(() -> read(new Offset("0000000000000000_0000000000000007")))
                .isInstanceOf(InvalidOffsetException.class);
    }

    @Test
    void aProducerThatWasIdleForAWeekIsForgotten() {
        create(TEXT);
        append(text("a").withProducer(new ProducerSequence("idle", 0, 0)));
        clock.advance(Duration.ofDays(6));
        append(text("b").withProducer(new ProducerSequence("busy", 0, 0)));
        clock.advance(Duration.ofDays(1).plusMillis(1));
        append(text("c").withProducer(new ProducerSequence("busy", 0, 1)));

        assertThat(append(text("d").withProducer(new ProducerSequence("idle", 0, 1)))
                        .verdict())
                .isEqualTo(new AppendVerdict.NotNext(new ProducerVerdict.Gap(0, 1)));
        assertThat(append(text("d").withProducer(new ProducerSequence("busy", 0, 2)))
                        .verdict())
                .isEqualTo(accepted(0, 2));
    }

    @Test
    void streamsThatExpiredUnseenAreFreedByLaterCreations() {
        InMemoryStreamStore memory = new InMemoryStreamStore(clock, Schedulers.parallel());
        createMany(memory, "/short/", 1000, TEXT.withTtl(Duration.ofSeconds(1)));
        clock.advance(Duration.ofSeconds(1));

        createMany(memory, "/long/", 1024, TEXT);

        assertThat(memory.size()).isEqualTo(1024);
    }

    @Test
    void manySignalsBeforeTheWatcherRunsAreOneCall() {
        Deque<Runnable> later = new ArrayDeque<>();
        store = new InMemoryStreamStore(clock, Schedulers.fromExecutor(later::add));
        create(TEXT);
        int[] calls = {0};
        Disposable watch = store.watch(PATH, () -> calls[0]++);
        append("a");
        append("b");
        append("c");
        assertThat(calls[0]).isZero();

        runAll(later);
        assertThat(calls[0]).isOne();

        append("d");
        runAll(later);
        assertThat(calls[0]).isEqualTo(2);
        watch.dispose();
    }

    private static void runAll(Deque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static void createMany(StreamStore store, String prefix, int count, StreamConfig config) {
        run(Flux.range(0, count)
                .concatMap(i -> store.create(prefix + i, StreamCreation.of(config)))
                .then());
    }
}
