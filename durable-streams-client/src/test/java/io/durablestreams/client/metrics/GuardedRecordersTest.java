package io.durablestreams.client.metrics;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.fixture.FaultyNetwork;
import io.durablestreams.client.fixture.FaultyNetwork.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** What an application counts with may break, and neither producing nor reading breaks with it. */
@Tag("sockets")
class GuardedRecordersTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    /** Hears every method of an interface, also those that have an implementation. */
    private static <T> T recorder(Class<T> type, InvocationHandler heard) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, heard));
    }

    private static <T> T throwing(Class<T> type) {
        return recorder(type, (proxy, method, arguments) -> {
            throw new AssertionError("thrown by the test");
        });
    }

    @Test
    void producersAndReadersDoNotNoticeARecorderThatThrows() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStreamClient.Builder watched = DurableStreamClient.builder()
                .producerMetrics(throwing(ProducerMetricsRecorder.class))
                .readMetrics(throwing(ReadMetricsRecorder.class));
        AtomicInteger requests = new AtomicInteger();
        DurableStream faulty = network.over(
                stream,
                request -> requests.incrementAndGet() % 5 == 0 ? Fault.RESET_AFTER_STORING : Fault.NONE,
                watched);
        List<Integer> messages = IntStream.range(0, 100).boxed().toList();

        IdempotentProducer producer = faulty.producer("p", ProducerSettings.DEFAULT.withMaxBatchItems(7));
        messages.forEach(producer::append);
        producer.closeStream().block(PATIENCE);

        DurableStreamClient client = watched.build();
        assertThat(client.stream(stream.url())
                        .reader(Integer.class)
                        .live(LiveMode.AUTO)
                        .items()
                        .collectList()
                        .block(PATIENCE))
                .isEqualTo(messages);
        client.dispose();
    }

    @Test
    void aFailureIsLoggedOnceForARecorder() {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(GuardedRecorder.class);
        logged.start();
        logger.addAppender(logged);
        GuardedRecorder<ProducerMetricsRecorder> guarded =
                new GuardedRecorder<>(throwing(ProducerMetricsRecorder.class));

        for (int i = 0; i < 3; i++) {
            int messages = i;
            guarded.record(recorder -> recorder.batchSplit(URI.create("http://localhost/stream"), messages));
        }

        logger.detachAppender(logged);
        assertThat(logged.list).hasSize(1);
        assertThat(logged.list.get(0).getThrowableProxy().getMessage()).isEqualTo("thrown by the test");
    }
}
