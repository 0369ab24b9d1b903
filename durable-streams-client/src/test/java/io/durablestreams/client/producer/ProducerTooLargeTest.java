package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.FaultyNetwork;
import io.durablestreams.client.fixture.FaultyNetwork.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.server.handler.ServerSettings;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Batches and messages that the server refuses for their size. */
@Tag("sockets")
class ProducerTooLargeTest {

    private static final int LIMIT = 200;

    @RegisterExtension
    static final RunningServer server = new RunningServer(ServerSettings.DEFAULT.withMaxRequestBytes(LIMIT));

    @RegisterExtension
    final FaultyNetwork network = new FaultyNetwork();

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT.withLinger(Duration.ofMillis(50));

    @Test
    void aBatchThatIsTooLargeIsStoredInParts() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("p", SETTINGS.withMaxBatchItems(200));
        List<Integer> messages = IntStream.range(0, 1000).boxed().toList();

        List<CompletableFuture<AppendReceipt>> receipts = messages.stream()
                .map(message -> producer.send(message).toFuture())
                .toList();
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).isEqualTo(messages);
        assertThat(receipts)
                .allSatisfy(
                        receipt -> assertThat(receipt.getNow(null).outcome()).isEqualTo(AppendReceipt.Outcome.STORED));
    }

    @Test
    void laterBatchesAreOfASizeThatTheServerTakes() {
        DurableStream stream = server.newStream(StreamSpec.json());
        Set<String> batches = ConcurrentHashMap.newKeySet();
        DurableStream watched = network.over(stream, request -> {
            batches.add(request.body());
            return Fault.NONE;
        });
        IdempotentProducer producer =
                watched.producer("p", SETTINGS.withLinger(Duration.ofMinutes(1)).withMaxInFlight(1));

        IntStream.range(1000, 1300).forEach(producer::append);
        producer.flush().block(PATIENCE);
        assertThat(batches).anyMatch(batch -> batch.length() > LIMIT);
        batches.clear();
        IntStream.range(1300, 1600).forEach(producer::append);
        producer.close().block(PATIENCE);

        assertThat(batches).allMatch(batch -> batch.length() <= LIMIT).hasSizeLessThan(300 * 5 / (LIMIT / 2) + 2);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE))
                .isEqualTo(IntStream.range(1000, 1600).boxed().toList());
    }

    @Test
    void theRefusalIsLoggedOnceWithWhatToSet() {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(IdempotentProducer.class);
        logged.start();
        logger.addAppender(logged);
        DurableStream stream = server.newStream(StreamSpec.json());

        IdempotentProducer producer = stream.producer("p", SETTINGS.withLinger(Duration.ofMinutes(1)));
        IntStream.range(1000, 1300).forEach(producer::append);
        producer.close().block(PATIENCE);

        logger.detachAppender(logged);
        assertThat(logged.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage, InstanceOfAssertFactories.STRING)
                .contains("1501 bytes", stream.url().toString(), "750", "durable-streams.producer.max-batch-bytes");
    }

    @Test
    void alsoOneOfTextOrBytes() {
        DurableStream stream = server.newStream(StreamSpec.text());
        IdempotentProducer producer = stream.producer("p", SETTINGS);

        IntStream.range(100, 300).forEach(i -> producer.append(i + " "));
        producer.close().block(PATIENCE);

        assertThat(stream.reader(String.class).text().block(PATIENCE))
                .isEqualTo(IntStream.range(100, 300).mapToObj(i -> i + " ").reduce("", String::concat));
    }

    @Test
    void onlyAMessageThatIsTooLargeByItselfFails() {
        DurableStream stream = server.newStream(StreamSpec.json());
        List<String> reported = new CopyOnWriteArrayList<>();
        IdempotentProducer producer = stream.producer(
                "p", SETTINGS, (cause, messages) -> messages.forEach(message -> reported.add(new String(message))));
        String huge = "x".repeat(LIMIT);

        List<String> good = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            producer.append(i == 40 || i == 77 ? huge + i : "message " + i);
            if (i != 40 && i != 77) {
                good.add("message " + i);
            }
        }
        CompletableFuture<AppendReceipt> sent = producer.send(huge).toFuture();
        assertThatThrownBy(() -> producer.flush().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("413");

        assertThat(reported).containsExactly("\"" + huge + "40\"", "\"" + huge + "77\"");
        assertThat(sent).isCompletedExceptionally();
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).isEqualTo(good);
    }

    @Test
    void aClosingMessageThatIsTooLargeLeavesTheStreamOpen() {
        DurableStream stream = server.newStream(StreamSpec.json());

        assertThatThrownBy(() ->
                        stream.producer("p").closeStream("x".repeat(LIMIT)).block(PATIENCE))
                .hasMessageContaining("413");
        assertThat(stream.head().block(PATIENCE).closed()).isFalse();
    }
}
