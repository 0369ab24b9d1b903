package io.durablestreams.conformance;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.client.reader.StreamReader;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Reads while the server does wrong: what passes is not seen, and what does not pass is never silent. */
@Tag("sockets")
class ReadFaultsIT {

    private static final ReaderSettings SETTINGS =
            ReaderSettings.DEFAULT.withBackoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), 2));

    @RegisterExtension
    static final ReferenceServer server = ReferenceServer.inMemory();

    static Stream<Arguments> passingFaultsInEveryMode() {
        return Stream.of(
                        Fault.status(500),
                        Fault.status(503),
                        Fault.status(429),
                        Fault.droppedConnection(),
                        Fault.delayOf(30))
                .flatMap(fault -> Stream.of(LiveMode.LONG_POLL, LiveMode.SSE, LiveMode.AUTO)
                        .map(mode -> Arguments.of(fault.on("GET").withProbability(0.5), mode)));
    }

    @ParameterizedTest
    @MethodSource("passingFaultsInEveryMode")
    void aLiveReaderOutlivesWhatPasses(Fault fault, LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        server.inject(stream, fault);
        // Before it is live it may retry a few times only, and chance may want more.
        StreamReader<Message> reader = stream.reader(Message.class)
                .settings(SETTINGS.withMaxRetries(100))
                .live(mode);

        Flux<Message> reading =
                Writing.onceReading(reader.batches(), Writing.overTime(stream.producer("writer"), 0, 500));

        assertThat(reading.collectList().block(PATIENCE)).isEqualTo(Message.numbered(0, 500));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 429, 408})
    void catchingUpIsRetriedAndThenFailsWithTheStatus(int status) {
        DurableStream stream = filled(10);
        server.inject(stream, Fault.status(status).times(3));
        assertThat(messages(stream).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, 10));

        server.inject(stream, Fault.status(status).times(100));
        assertThatThrownBy(() -> messages(stream).collect().block(PATIENCE))
                .isInstanceOfSatisfying(
                        TransientStreamException.class,
                        failure -> assertThat(failure.status()).isEqualTo(status))
                .hasMessageContaining(stream.url().toString());
    }

    @Test
    void catchingUpOverDroppedConnectionsIsRetriedAndThenFails() {
        DurableStream stream = filled(10);
        server.inject(stream, Fault.droppedConnection().times(3));
        assertThat(messages(stream).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, 10));

        server.inject(stream, Fault.droppedConnection().times(100));
        assertThatThrownBy(() -> messages(stream).collect().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining(stream.url().toString());
    }

    @ParameterizedTest
    @EnumSource(LiveMode.class)
    void retryAfterIsTheLeastWait(LiveMode mode) {
        DurableStream stream = filled(1);
        server.inject(stream, Fault.status(503).retryAfterSeconds(1));

        StepVerifier.create(messages(stream).live(mode).items())
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(950))
                .expectNext(Message.numbered(0))
                .thenCancel()
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(LiveMode.class)
    void aSilentServerIsLeftAfterTheTimeout(LiveMode mode) {
        DurableStream stream = filled(1);
        server.inject(stream, Fault.delayOf(5000));
        StreamReader<Message> reader = messages(stream).settings(SETTINGS.withRequestTimeout(Duration.ofMillis(300)));

        assertThat(reader.live(mode).items().blockFirst(Duration.ofSeconds(3))).isEqualTo(Message.numbered(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 40})
    void aBodyThatIsCutOffIsNeverTakenAsTheWhole(int bytes) {
        DurableStream stream = filled(3);
        server.inject(stream, Fault.bodyCutAfter(bytes));

        assertThatThrownBy(() -> messages(stream).collect().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(stream.url().toString());
    }

    @Test
    void aLargeBodyThatIsCutOffIsNeverTakenAsTheWhole() {
        DurableStream stream = filled(1000);
        server.inject(stream, Fault.bodyCutAfter(200));

        assertThatThrownBy(() -> messages(stream).collect().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(stream.url().toString());
    }

    @Test
    void aLongPollThatIsCutOffIsNeverTakenAsTheWhole() {
        DurableStream stream = filled(1);

        StepVerifier.create(messages(stream).live(LiveMode.LONG_POLL).items())
                .expectNext(Message.numbered(0))
                .then(() ->
                        server.inject(stream, Fault.bodyCutAfter(5).on("GET").times(100)))
                // The request that is waiting is not hit; it may deliver one of these.
                .then(() -> stream.append(Message.numbered(1)).block(PATIENCE))
                .then(() -> stream.append(Message.numbered(2)).block(PATIENCE))
                .thenConsumeWhile(message -> message.equals(Message.numbered(1)))
                .expectError(StreamProtocolException.class)
                .verify(PATIENCE);
    }

    @Test
    void aCorruptBodyIsNeverDelivered() {
        DurableStream stream = filled(3);
        server.inject(stream, Fault.corruptBody());

        assertThatThrownBy(() -> messages(stream).collect().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(stream.url().toString());
    }

    @Test
    void aCorruptCompressedBodyIsNeverDelivered() {
        DurableStream stream = filled(1000);
        server.inject(stream, Fault.corruptBody().times(100));

        StepVerifier.create(messages(stream).items())
                .thenConsumeWhile(before -> true)
                .expectErrorSatisfies(failure ->
                        assertThat(failure).hasMessageContaining(stream.url().toString()))
                .verify(PATIENCE);
    }

    @Test
    void eventsOfUnknownTypesAreSkipped() {
        DurableStream stream = filled(2);
        server.inject(
                stream,
                Fault.sseEvent("mystery", "{\"streamNextOffset\":\"x\"}")
                        .on("GET")
                        .times(100));

        StepVerifier.create(messages(stream).live(LiveMode.SSE).items())
                .expectNextSequence(Message.numbered(0, 2))
                .then(() -> stream.closeStream(Message.numbered(2)).block(PATIENCE))
                .expectNext(Message.numbered(2))
                .expectComplete()
                .verify(PATIENCE);
    }

    static List<Arguments> brokenEvents() {
        return List.of(
                Arguments.of("control", ""),
                Arguments.of("control", "not json"),
                Arguments.of("control", "{\"upToDate\":true}"),
                Arguments.of("data", "[{\"number\":1"),
                Arguments.of("data", "{\"number\":1}"));
    }

    @ParameterizedTest
    @MethodSource("brokenEvents")
    void brokenEventsAreErrors(String type, String data) {
        DurableStream stream = filled(1);
        server.inject(stream, Fault.sseEvent(type, data).on("GET").times(2));

        StepVerifier.create(messages(stream).live(LiveMode.SSE).items())
                .expectNext(Message.numbered(0))
                .expectError(StreamProtocolException.class)
                .verify(PATIENCE);
    }

    @Test
    void brokenBase64IsAnError() {
        DurableStream stream = server.newStream(StreamSpec.binary());
        server.inject(stream, Fault.sseEvent("data", "a*b=").on("GET").times(2));

        StepVerifier.create(stream.reader(byte[].class).live(LiveMode.SSE).items())
                .expectError(StreamProtocolException.class)
                .verify(PATIENCE);
    }

    private static StreamReader<Message> messages(DurableStream stream) {
        return stream.reader(Message.class).settings(SETTINGS);
    }

    private static DurableStream filled(int messages) {
        DurableStream stream = server.newStream(StreamSpec.json());
        for (Message message : Message.numbered(0, messages)) {
            stream.append(message).block(PATIENCE);
        }
        return stream;
    }
}
