package io.durablestreams.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.reader.StreamReader;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** What a producer writes, read back: afterwards, at the same time, and by readers that are killed again and again. */
class ReadingIT extends OnEachReferenceServer {

    @Test
    void readsBackTenThousandMessagesOfAProducer() {
        DurableStream stream = server.newStream(StreamSpec.json());
        IdempotentProducer producer = stream.producer("writer");
        List<Message> messages =
                IntStream.range(0, 10_000).mapToObj(Message::numbered).toList();

        messages.forEach(producer::append);
        producer.close().block(PATIENCE);

        assertThat(stream.reader(Message.class).collect().block(PATIENCE)).isEqualTo(messages);
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void followsWhileMoreIsWritten(LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(Message.numbered(0)).block(PATIENCE);

        Flux<Message> reading = Writing.onceReading(
                stream.reader(Message.class).live(mode).batches(),
                Writing.overTime(stream.producer("writer"), 1, 1000));

        assertThat(reading.collectList().block(PATIENCE)).isEqualTo(Message.numbered(0, 1000));
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void aReaderKilledAtRandomResumesWhereItStood(LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Mono<Offset> writing = Writing.overTime(stream.producer("writer"), 0, 4000);
        StreamReader<Message> reader = stream.reader(Message.class).live(mode);
        Journal<Message> journal = new Journal<>();
        Random random = new Random(mode.ordinal());
        AtomicInteger sessions = new AtomicInteger();

        Mono<Void> reading = Flux.defer(() -> {
                    sessions.incrementAndGet();
                    Duration life = Duration.ofMillis(random.nextInt(100));
                    return reader.from(journal.offset()).batches().takeUntilOther(Mono.delay(life));
                })
                .doOnNext(journal::enter)
                .repeat(() -> !journal.isComplete())
                .then();
        Mono.when(reading, writing).block(PATIENCE);

        assertThat(journal.items()).isEqualTo(Message.numbered(0, 4000));
        assertThat(sessions).hasValueGreaterThan(5);
    }

    @ParameterizedTest
    @EnumSource(LiveMode.class)
    void everyBatchIsAPlaceToResumeFrom(LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        IntStream.range(0, 5).forEach(i -> stream.append(i).block(PATIENCE));
        stream.closeStream(5).block(PATIENCE);

        Flux<Batch<Integer>> batches = stream.reader(Integer.class).live(mode).batches();
        for (Batch<Integer> batch : batches.collectList().block(PATIENCE)) {
            List<Integer> rest = stream.reader(Integer.class)
                    .from(batch.nextOffset())
                    .collect()
                    .block(PATIENCE);
            int next = batch.items().get(batch.items().size() - 1) + 1;
            assertThat(rest).isEqualTo(IntStream.range(next, 6).boxed().toList());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void startsFromNowAndTellsWhereThatIs(LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.json());
        Offset tail = stream.append("history").block(PATIENCE).nextOffset();

        StepVerifier.create(stream.reader(String.class)
                        .from(Offset.NOW)
                        .live(mode)
                        .batches()
                        .filter(batch -> !batch.isEmpty() || batch.nextOffset().equals(tail)))
                .expectNext(new Batch<>(List.of(), tail, true, false))
                .then(() -> stream.append("news").block(PATIENCE))
                .expectNextMatches(batch -> batch.items().equals(List.of("news")))
                .thenCancel()
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void followsBytes(LiveMode mode) {
        DurableStream stream = server.newStream(StreamSpec.binary());
        byte[] before = random(10, 1);
        byte[] small = random(3, 2);
        byte[] large = random(2_000_000, 3);
        stream.append(before).block(PATIENCE);

        Flux<byte[]> reading = Writing.onceReading(
                stream.reader(byte[].class).live(mode).batches(),
                stream.append(small).then(stream.append(large)).then(stream.closeStream()));

        assertThat(reading.collectList().map(ReadingIT::concat).block(PATIENCE))
                .isEqualTo(concat(List.of(before, small, large)));
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "AUTO"})
    void followsTextToTheByte(LiveMode mode) {
        byte[] text = " leading space\r\n\u20ac\uD83D\uDE00\rdata: x\n\n\u2028end ".getBytes(StandardCharsets.UTF_8);
        DurableStream stream = server.newStream(StreamSpec.text());

        Mono<Offset> byteByByte = Flux.range(0, text.length)
                .concatMap(i -> stream.append(new byte[] {text[i]}))
                .then(stream.closeStream());
        Flux<String> reading =
                Writing.onceReading(stream.reader(String.class).live(mode).batches(), byteByByte);

        assertThat(reading.collectList().block(PATIENCE))
                .satisfies(parts ->
                        assertThat(String.join("", parts)).isEqualTo(new String(text, StandardCharsets.UTF_8)));
    }

    @Test
    void followsTextByServerSentEvents() {
        DurableStream stream = server.newStream(StreamSpec.text());

        StepVerifier.create(stream.reader(String.class).live(LiveMode.SSE).items())
                .then(() -> stream.append("\u20ac\uD83D\uDE00, event: data\n\ndata: fake")
                        .block(PATIENCE))
                .expectNext("\u20ac\uD83D\uDE00, event: data\n\ndata: fake")
                .then(() -> stream.closeStream().block(PATIENCE))
                .expectComplete()
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @EnumSource(
            value = LiveMode.class,
            names = {"LONG_POLL", "SSE", "AUTO"})
    void followsMessagesOfMegabytes(LiveMode mode) {
        String large = "\u00e4".repeat(1_500_000);
        DurableStream stream = server.newStream(StreamSpec.json());

        StepVerifier.create(stream.reader(String.class).live(mode).items())
                .then(() -> stream.append(large).block(PATIENCE))
                .expectNext(large)
                .then(() -> stream.closeStream().block(PATIENCE))
                .expectComplete()
                .verify(PATIENCE);
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
