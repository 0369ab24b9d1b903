package io.durablestreams.server.store.memory;

import java.time.Clock;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.server.store.StreamForkContract;
import io.durablestreams.server.store.StreamStore;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryStreamForkTest extends StreamForkContract {

    @Override
    protected StreamStore createStore(Clock clock) {
        return new InMemoryStreamStore(clock, Schedulers.parallel());
    }

    @Test
    void noRemainsAreLeftBehindAChainOfForks() {
        create(TEXT);
        fork("/a", PATH);
        fork("/b", "/a");
        fork("/c", "/b", TEXT.withTtl(Duration.ofSeconds(1)));
        run(store.delete(PATH));
        run(store.delete("/b"));
        run(store.delete("/a"));
        InMemoryStreamStore memory = (InMemoryStreamStore) store;
        assertThat(memory.size()).isEqualTo(4);

        clock.advance(Duration.ofSeconds(1));
        assertAbsent(store.info("/c"));

        assertThat(memory.size()).isZero();
    }
}
