package io.durablestreams.conformance;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;

/** Readers complete at the end of a closed stream, in every mode and not before. */
class ClosingIT {

    @RegisterExtension
    static final ReferenceServer memory = ReferenceServer.inMemory();

    @RegisterExtension
    static final ReferenceServer files = ReferenceServer.inFiles();

    static Stream<Arguments> everyMode() {
        return Stream.of(memory, files)
                .flatMap(server -> Stream.of(LiveMode.values()).map(mode -> Arguments.of(server, mode)));
    }

    static Stream<Arguments> everyLiveMode() {
        return everyMode().filter(arguments -> arguments.get()[1] != LiveMode.OFF);
    }

    /**
     * All but one: when a stream is closed with a last message, 0.3.7 with files answers a long-poll that waits with 204,
     * {@code Stream-Closed} and the old offset, so that no client can know of that message.
     */
    static Stream<Arguments> whereTheLastMessageIsTold() {
        return everyLiveMode()
                .filter(arguments -> arguments.get()[0] != files || arguments.get()[1] != LiveMode.LONG_POLL);
    }

    @ParameterizedTest
    @MethodSource("everyMode")
    void completesAtTheEndOfAnEmptyClosedStream(ReferenceServer server, LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Offset end = stream.closeStream().block(PATIENCE);

        StepVerifier.create(stream.reader(Integer.class).live(mode).batches())
                .expectNext(new Batch<>(List.of(), end, true, true))
                .expectComplete()
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("everyMode")
    void completesAfterTheLastMessageOfAClosedStream(ReferenceServer server, LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(1).block(PATIENCE);
        Offset end = stream.closeStream().block(PATIENCE);

        StepVerifier.create(stream.reader(Integer.class).live(mode).batches())
                .expectNext(new Batch<>(List.of(1), end, true, true))
                .expectComplete()
                .verify(PATIENCE);
        StepVerifier.create(stream.reader(Integer.class).live(mode).from(end).batches())
                .expectNext(new Batch<>(List.of(), end, true, true))
                .expectComplete()
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("everyLiveMode")
    void completesWhenTheStreamIsClosedMeanwhile(ReferenceServer server, LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Offset start = stream.head().block(PATIENCE).nextOffset();

        StepVerifier.create(stream.reader(Integer.class).live(mode).batches())
                .expectNext(new Batch<>(List.of(), start, true, false))
                .then(() -> stream.closeStream().block(PATIENCE))
                .expectNext(new Batch<>(List.of(), start, true, true))
                .expectComplete()
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("whereTheLastMessageIsTold")
    void deliversTheMessageThatTheStreamIsClosedWith(ReferenceServer server, LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());

        StepVerifier.create(stream.reader(Integer.class).live(mode).items())
                .then(() -> stream.closeStream(7).block(PATIENCE))
                .expectNext(7)
                .expectComplete()
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @MethodSource("everyLiveMode")
    void completesWhenAProducerClosesTheStream(ReferenceServer server, LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());

        StepVerifier.create(Writing.onceReading(
                                stream.reader(Message.class).live(mode).batches(),
                                Writing.overTime(stream.producer("writer"), 0, 50))
                        .collectList())
                .expectNext(Message.numbered(0, 50))
                .expectComplete()
                .verify(PATIENCE);
    }
}
