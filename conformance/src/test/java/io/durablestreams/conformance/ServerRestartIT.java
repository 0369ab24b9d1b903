package io.durablestreams.conformance;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ClaimPolicy;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** The server goes away and comes back, with all that it had, while clients read and write. */
@Tag("sockets")
class ServerRestartIT {

    private static final int MESSAGES = 2500;

    @RegisterExtension
    static final ReferenceServer server = ReferenceServer.inFiles();

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void readerAndProducerGoOnWhereTheyStood(LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Mono<Offset> writing = Writing.overTime(stream.producer("writer"), 0, MESSAGES);
        Mono<Void> restarts = repeatedly(server::restart);

        Flux<Message> reading =
                Writing.onceReading(stream.reader(Message.class).live(mode).batches(), Mono.when(writing, restarts));

        assertThat(reading.collectList().block(PATIENCE)).isEqualTo(Message.numbered(0, MESSAGES));
        assertThat(stream.reader(Message.class).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, MESSAGES));
    }

    /**
     * Without warning, the store of 0.3.7 may forget the numbers of appends that it has stored, and then it takes them
     * once more: only what is read can be exact.
     */
    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void aReaderOutlivesCrashes(LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Mono<Offset> writing = Writing.overTime(stream.producer("writer"), 0, MESSAGES);
        Mono<Void> crashes = repeatedly(server::crashAndRestart);

        Flux<Message> reading =
                Writing.onceReading(stream.reader(Message.class).live(mode).batches(), Mono.when(writing, crashes));

        List<Message> read = reading.collectList().block(PATIENCE);
        assertThat(read).isEqualTo(stream.reader(Message.class).collect().block(PATIENCE));
        assertThat(read.stream().distinct()).isEqualTo(Message.numbered(0, MESSAGES));
    }

    /** As above: what was acknowledged may be forgotten, so that the writer has to claim the next epoch. */
    @Test
    void aWriterThatClaimsLostStateOutlivesCrashes() {
        DurableStream stream = server.newStream(StreamSpec.json());
        ProducerSettings claiming = ProducerSettings.DEFAULT.withOnSequenceGap(ClaimPolicy.CLAIM);
        Mono<Offset> writing = Writing.overTime(stream.producer("writer", claiming), 0, MESSAGES);

        Mono.when(writing, repeatedly(server::crashAndRestart)).block(PATIENCE);

        List<Message> stored = stream.reader(Message.class).collect().block(PATIENCE);
        assertThat(stored.stream().distinct()).isEqualTo(Message.numbered(0, MESSAGES));
        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
    }

    @Test
    void aWriterThatComesBackUnderTheSameNumbersWritesNothingTwice() {
        DurableStream stream = server.newStream(StreamSpec.json());
        ProducerSettings replaying =
                ProducerSettings.DEFAULT.withAcceptReplays(true).withLinger(Duration.ZERO);
        stream.producer("p", replaying).send("first").block(PATIENCE);

        server.restart();
        List<AppendReceipt> receipts = Flux.just("first", "second")
                .concatMap(stream.producer("p", replaying)::send)
                .collectList()
                .block(PATIENCE);

        assertThat(receipts)
                .extracting(AppendReceipt::outcome)
                .containsExactly(AppendReceipt.Outcome.DUPLICATE, AppendReceipt.Outcome.STORED);
        assertThat(receipts)
                .extracting(AppendReceipt::sequence)
                .containsExactly(new ProducerSequence("p", 0, 0), new ProducerSequence("p", 0, 1));
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("first", "second");
    }

    @Test
    void offsetsAndMetadataOutliveARestart() {
        DurableStream stream = server.newStream(StreamSpec.text().withTtl(Duration.ofHours(1)));
        Offset middle = stream.append("one ").block(PATIENCE).nextOffset();
        stream.append("two").block(PATIENCE);
        stream.closeStream().block(PATIENCE);

        server.restart();

        assertThat(stream.reader(String.class).from(middle).text().block(PATIENCE))
                .isEqualTo("two");
        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
        assertThat(stream.head().block(PATIENCE).ttl()).isEqualTo(Duration.ofHours(1));
    }

    private static Mono<Void> repeatedly(Runnable restart) {
        return Flux.interval(Duration.ofMillis(300), Schedulers.boundedElastic())
                .take(3)
                .onBackpressureBuffer()
                .concatMap(tick -> Mono.fromRunnable(restart).subscribeOn(Schedulers.boundedElastic()))
                .then();
    }
}
