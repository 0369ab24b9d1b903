package io.durablestreams.client;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.FaultyNetwork.Fault;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** What an application counts with may break, and neither producing nor reading breaks with it. */
@Tag("sockets")
class GuardedRecordersTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    private static final Map<Class<?>, Object> ARGUMENTS = Map.of(
            URI.class,
            URI.create("http://localhost/stream"),
            int.class,
            7,
            long.class,
            8L,
            double.class,
            0.5,
            String.class,
            "p",
            Duration.class,
            Duration.ofSeconds(9),
            AppendReceipt.Outcome.class,
            AppendReceipt.Outcome.DUPLICATE,
            ProducerMetricsRecorder.Cause.class,
            ProducerMetricsRecorder.Cause.GAP,
            ReadMetricsRecorder.Cause.class,
            ReadMetricsRecorder.Cause.ROTATION,
            DurableStreamException.class,
            new StreamRequestException(DurableStreamException.Failure.of(
                    StreamOperation.APPEND, URI.create("http://localhost/stream"), "refused")));

    /** Hears every method of an interface, also those that have an implementation. */
    private static <T> T recorder(Class<T> type, InvocationHandler heard) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, heard));
    }

    private static <T> T throwing(Class<T> type) {
        return recorder(type, (proxy, method, arguments) -> {
            throw new AssertionError("thrown by the test");
        });
    }

    static Stream<Method> methods() {
        return Stream.of(ProducerMetricsRecorder.class, ReadMetricsRecorder.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyCallArrivesAsItIs(Method method) throws ReflectiveOperationException {
        List<List<Object>> heard = new ArrayList<>();
        Object guarded = method.getDeclaringClass() == ProducerMetricsRecorder.class
                ? GuardedProducerMetrics.of(recorder(ProducerMetricsRecorder.class, (proxy, called, arguments) -> {
                    heard.add(List.of(called.getName(), List.of(arguments)));
                    return null;
                }))
                : GuardedReadMetrics.of(recorder(ReadMetricsRecorder.class, (proxy, called, arguments) -> {
                    heard.add(List.of(called.getName(), List.of(arguments)));
                    return null;
                }));
        Object[] arguments =
                Arrays.stream(method.getParameterTypes()).map(ARGUMENTS::get).toArray();

        method.invoke(guarded, arguments);

        assertThat(heard).containsExactly(List.of(method.getName(), List.of(arguments)));
    }

    @Test
    void whoCountsNothingIsNotWrapped() {
        assertThat(GuardedProducerMetrics.of(ProducerMetricsRecorder.NONE)).isSameAs(ProducerMetricsRecorder.NONE);
        assertThat(GuardedReadMetrics.of(ReadMetricsRecorder.NONE)).isSameAs(ReadMetricsRecorder.NONE);
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
        Logger logger = (Logger) LoggerFactory.getLogger(RecorderGuard.class);
        logged.start();
        logger.addAppender(logged);
        ProducerMetricsRecorder guarded = GuardedProducerMetrics.of(throwing(ProducerMetricsRecorder.class));

        for (int i = 0; i < 3; i++) {
            guarded.batchSplit(URI.create("http://localhost/stream"), i);
        }

        logger.detachAppender(logged);
        assertThat(logged.list).hasSize(1);
        assertThat(logged.list.get(0).getThrowableProxy().getMessage()).isEqualTo("thrown by the test");
    }
}
