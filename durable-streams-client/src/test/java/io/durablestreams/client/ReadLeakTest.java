package io.durablestreams.client;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.RunningServer.PATIENCE;

/** No buffer is lost when readers come and go: {@link LeakDetection} watches. */
class ReadLeakTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

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
    }
}
