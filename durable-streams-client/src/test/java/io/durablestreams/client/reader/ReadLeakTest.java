package io.durablestreams.client.reader;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.cache.ReadCacheSettings;
import io.durablestreams.client.fixture.LeakDetection;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;

/** No buffer is lost when readers come and go: {@link LeakDetection} watches. */
@Tag("sockets")
class ReadLeakTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    static final LeakDetection leaks = LeakDetection.always();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readersThatAreCancelledAnywhereLoseNoBuffer(boolean cached) {
        Random random = new Random(7);
        DurableStreamClient.Builder client = server.client().mutate();
        if (cached) {
            client.readCache(ReadCacheSettings.DEFAULT);
        }
        DurableStream stream =
                client.build().stream(server.newStream(StreamSpec.json()).url());
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
