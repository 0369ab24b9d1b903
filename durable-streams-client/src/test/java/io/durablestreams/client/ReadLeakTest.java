package io.durablestreams.client;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** No buffer is lost when readers come and go, with every allocation watched. */
class ReadLeakTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private final List<String> leaks = new CopyOnWriteArrayList<>();
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

    @BeforeEach
    void watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + ": " + records));
    }

    @AfterEach
    void stopWatching() {
        ResourceLeakDetector.setLevel(before);
        ByteBufUtil.setLeakListener(null);
    }

    @Test
    void readersThatAreCancelledAnywhereLoseNoBuffer() {
        Random random = new Random(7);
        DurableStream stream = server.newStream(StreamSpec.json());
        for (int i = 0; i < 20; i++) {
            stream.append("x".repeat(20_000)).block(PATIENCE);
        }

        Flux.range(0, 300)
                .flatMap(
                        i -> stream.reader(String.class)
                                .live(i % 2 == 0 ? LiveMode.SSE : LiveMode.LONG_POLL)
                                .settings(ReaderSettings.DEFAULT.withPartBytes(1 + random.nextInt(50_000)))
                                .items()
                                .take(1 + random.nextInt(25))
                                .takeUntilOther(Mono.delay(Duration.ofMillis(1 + random.nextInt(60)))),
                        20)
                .blockLast(PATIENCE);

        assertThat(leaksFound()).isEmpty();
    }

    /** Leaks are found when their buffers are collected, and reported with the next allocation. */
    private List<String> leaksFound() {
        for (int i = 0; i < 5; i++) {
            System.gc();
            for (int j = 0; j < 100; j++) {
                PooledByteBufAllocator.DEFAULT.buffer(16).release();
            }
        }
        return leaks;
    }
}
