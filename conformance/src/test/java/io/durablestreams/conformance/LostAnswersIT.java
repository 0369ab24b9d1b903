package io.durablestreams.conformance;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** The server has done what was asked for, and the connection breaks within its answer. */
@Tag("sockets")
class LostAnswersIT extends OnEachReferenceServer {

    private static final Backoff QUICK = new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), 2);

    /** Twice the size of the answer that comes in one piece: one connection in five lasts long enough for it. */
    private static final int LARGE_ANSWER = 900_000;

    private static final ReaderSettings READER =
            ReaderSettings.DEFAULT.withBackoff(QUICK).withMaxRetries(1000);

    private CuttingProxy proxy;
    private DurableStreamClient client;

    @AfterEach
    void stopProxy() throws IOException {
        client.dispose();
        proxy.close();
    }

    @Test
    void aProducerStoresEverythingOnceAndInOrder() throws IOException {
        connectThroughProxy(5_000);
        DurableStream direct = server.newStream(StreamSpec.json());
        IdempotentProducer producer = client.stream(direct.url().getPath())
                .withContentType("application/json")
                .producer("p");

        List<AppendReceipt> receipts = Flux.fromIterable(Message.numbered(0, 2000))
                .flatMapSequential(producer::send, 2000)
                .collectList()
                .block(PATIENCE);

        assertThat(receipts)
                .extracting(AppendReceipt::outcome)
                .contains(AppendReceipt.Outcome.STORED, AppendReceipt.Outcome.DUPLICATE)
                .doesNotContain(AppendReceipt.Outcome.POSSIBLY_REPEATED);
        assertThat(direct.reader(Message.class).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, 2000));
        assertThat(proxy.cuts()).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void aLiveReaderMissesNothingAndGetsNothingTwice(LiveMode mode) throws IOException {
        connectThroughProxy(150_000);
        DurableStream direct = server.newStream(StreamSpec.json());
        DurableStream stream = client.stream(direct.url().getPath());

        Flux<Message> reading = Writing.onceReading(
                stream.reader(Message.class).live(mode).batches(), Writing.overTime(direct.producer("writer"), 0, 500));

        assertThat(reading.collectList().block(PATIENCE)).isEqualTo(Message.numbered(0, 500));
        assertThat(proxy.cuts()).isPositive();
    }

    @Test
    void alsoALargeAnswerIsReadToItsEndInTheEnd() throws IOException {
        connectThroughProxy(LARGE_ANSWER);
        DurableStream direct = server.newStream(StreamSpec.json());
        IdempotentProducer producer = direct.producer("p");
        Message.numbered(0, 5000).forEach(producer::append);
        producer.close().block(PATIENCE);
        Flux<Message> reading = client.stream(direct.url().getPath())
                .reader(Message.class)
                .settings(READER.withPartBytes(2000))
                .items();

        assertThat(reading.collectList().block(PATIENCE)).isEqualTo(Message.numbered(0, 5000));
        assertThat(proxy.cuts()).isPositive();
    }

    private void connectThroughProxy(int maxBytes) throws IOException {
        proxy = new CuttingProxy(server.url(), maxBytes, 7);
        client = DurableStreamClient.builder()
                .baseUrl(proxy.url().toString())
                .producerSettings(ProducerSettings.DEFAULT.withMaxBatchItems(10).withBackoff(QUICK))
                .readerSettings(READER)
                .build();
    }
}
