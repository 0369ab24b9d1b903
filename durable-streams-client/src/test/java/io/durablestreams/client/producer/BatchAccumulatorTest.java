package io.durablestreams.client.producer;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.message.MessageEncoder;
import io.durablestreams.client.producer.BatchAccumulator.Offer;
import io.durablestreams.client.producer.BatchAccumulator.Queued;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;

import static org.assertj.core.api.Assertions.assertThat;

class BatchAccumulatorTest {

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT.withLinger(Duration.ofMinutes(1));

    private final List<String> told = new ArrayList<>();

    /** Notes what it is told. */
    private final class Waiting implements ReceiptListener {

        private final String name;

        Waiting(String name) {
            this.name = name;
        }

        @Override
        public void stored(AppendReceipt receipt) {
            told.add(name + " stored");
        }

        @Override
        public void failed(DurableStreamException cause) {
            told.add(name + " failed");
        }
    }

    private static BatchAccumulator accumulator(ProducerSettings settings, StreamFormat format) {
        BatchAccumulator accumulator = new BatchAccumulator(settings, Timing.system());
        accumulator.formatIs(format);
        return accumulator;
    }

    private static Offer offer(BatchAccumulator accumulator, String message, ReceiptListener listener) {
        byte[] longer = (message + " and the rest of the array").getBytes(StandardCharsets.UTF_8);
        return accumulator.offer(longer, message.length(), listener);
    }

    private static OutgoingBatch poll(BatchAccumulator accumulator) {
        accumulator.sealOpen();
        return accumulator.poll(0, 0);
    }

    private static String body(OutgoingBatch batch) {
        StreamTransport.Body body = batch.body();
        return new String(body.bytes(), body.offset(), body.length(), StandardCharsets.UTF_8);
    }

    private static List<String> failAll(OutgoingBatch batch) {
        DurableStreamException cause = new ProducerClosedException(DurableStreamException.Failure.of(
                StreamOperation.APPEND, URI.create("http://localhost/a"), "by the test", null));
        return batch.failed(cause).stream().map(String::new).toList();
    }

    @Test
    void laterBatchesLeaveEarlierOnesAsTheyAre() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBatchItems(2), StreamFormat.JSON);

        assertThat(offer(accumulator, "1", null)).isEqualTo(Offer.ADDED_AND_DUE);
        assertThat(offer(accumulator, "22", null)).isEqualTo(Offer.ADDED_AND_DUE);
        assertThat(offer(accumulator, "[3]", null)).isEqualTo(Offer.ADDED_AND_DUE);
        OutgoingBatch first = poll(accumulator);
        OutgoingBatch second = poll(accumulator);

        assertThat(body(first)).isEqualTo("[1,22]");
        assertThat(body(second)).isEqualTo("[[3]]");
        assertThat(first.firstOrdinal()).isEqualTo(1);
        assertThat(second.firstOrdinal()).isEqualTo(3);
        assertThat(first.messageBytes()).isEqualTo(3);
        assertThat(second.messageBytes()).isEqualTo(3);
    }

    @Test
    void messagesThatAreNotJsonFollowEachOtherWithNothingBetween() {
        BatchAccumulator accumulator = accumulator(SETTINGS, StreamFormat.TEXT);
        offer(accumulator, "one ", null);
        offer(accumulator, "two", null);

        OutgoingBatch batch = poll(accumulator);

        assertThat(body(batch)).isEqualTo("one two");
        assertThat(batch.messageBytes()).isEqualTo(7);
        assertThat(failAll(batch)).containsExactly("one ", "two");
    }

    @Test
    void aFailureIsToldOnceForEachMessage() {
        BatchAccumulator accumulator = accumulator(SETTINGS, StreamFormat.JSON);
        for (int i = 0; i < 40; i++) {
            offer(accumulator, Integer.toString(i), i % 13 == 12 ? new Waiting("message " + i) : null);
        }

        List<String> unattended = failAll(poll(accumulator));

        assertThat(told).containsExactly("message 12 failed", "message 25 failed", "message 38 failed");
        assertThat(unattended).hasSize(37).startsWith("0", "1").contains("37").endsWith("39");
    }

    @Test
    void thoseWhoWaitForOneBatchAreNotToldOfAnother() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBatchItems(1), StreamFormat.JSON);
        offer(accumulator, "1", new Waiting("first"));
        offer(accumulator, "2", null);
        offer(accumulator, "3", new Waiting("third"));
        poll(accumulator);

        assertThat(failAll(poll(accumulator))).containsExactly("2");
        assertThat(told).isEmpty();
        assertThat(failAll(poll(accumulator))).isEmpty();
        assertThat(told).containsExactly("third failed");
    }

    @Test
    void aBatchStaysWithinItsSizeUnlessOneMessageAloneIsLarger() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBatchBytes(10), StreamFormat.JSON);
        offer(accumulator, "1234", null);
        offer(accumulator, "123", null);
        offer(accumulator, "1", null);
        offer(accumulator, "123456789012", null);

        assertThat(body(poll(accumulator))).isEqualTo("[1234,123]");
        assertThat(body(poll(accumulator))).isEqualTo("[1]");
        assertThat(body(poll(accumulator))).isEqualTo("[123456789012]");
    }

    @Test
    void batchesGetHalfOfASizeThatWasRefusedAndNeverLessThanOneMessage() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBatchBytes(100), StreamFormat.JSON);
        offer(accumulator, "12345", null);
        offer(accumulator, "67890", null);

        assertThat(accumulator.refusedSize(20)).isEqualTo(10);
        assertThat(accumulator.refusedSize(80)).isEqualTo(10);
        for (String message : List.of("1234", "123", "1")) {
            offer(accumulator, message, null);
        }
        assertThat(body(poll(accumulator))).isEqualTo("[12345,67890]");
        assertThat(body(poll(accumulator))).isEqualTo("[1234,123]");

        assertThat(accumulator.refusedSize(1)).isEqualTo(1);
        offer(accumulator, "2", null);
        assertThat(body(poll(accumulator))).isEqualTo("[1]");
        assertThat(body(poll(accumulator))).isEqualTo("[2]");
    }

    @Test
    void whatIsSettledMakesRoom() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBufferedBytes(5), StreamFormat.JSON);
        offer(accumulator, "123", null);

        assertThat(offer(accumulator, "456", null)).isEqualTo(Offer.QUEUE_UP);
        accumulator.release(poll(accumulator));
        assertThat(offer(accumulator, "45678", null)).isEqualTo(Offer.ADDED_AND_DUE);
    }

    @Test
    void whatQueuesUpTakesTheSameRoom() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBufferedBytes(10), StreamFormat.JSON);
        PendingMessage withdrawn = queued("1234");

        assertThat(accumulator.enqueue(withdrawn, false)).isEqualTo(Queued.ACCEPTED);
        assertThat(accumulator.enqueue(queued("1234"), false)).isEqualTo(Queued.ACCEPTED);
        assertThat(offer(accumulator, "12", null)).isEqualTo(Offer.QUEUE_UP);
        assertThat(accumulator.enqueue(queued("123"), false)).isEqualTo(Queued.REFUSED);

        accumulator.remove(withdrawn);
        assertThat(offer(accumulator, "123456", null)).isEqualTo(Offer.QUEUE_UP);
        assertThat(accumulator.enqueue(queued("1234567"), false)).isEqualTo(Queued.REFUSED);

        accumulator.admit(message -> "12345678".getBytes(StandardCharsets.UTF_8), (message, cause) -> {});
        assertThat(offer(accumulator, "12", null)).isEqualTo(Offer.ADDED);
        assertThat(accumulator.enqueue(queued("1"), false)).isEqualTo(Queued.REFUSED);
    }

    /** Both were offered when there was room for one of them, and had to queue up behind another. */
    @Test
    void ofTwoMessagesThatQueueUpForTheSameRoomOneWaits() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBufferedBytes(10), StreamFormat.JSON);
        accumulator.enqueue(queued("12345"), true);

        assertThat(offer(accumulator, "1234", null)).isEqualTo(Offer.QUEUE_UP);
        assertThat(offer(accumulator, "4321", null)).isEqualTo(Offer.QUEUE_UP);

        assertThat(accumulator.enqueue(queued("1234"), true)).isEqualTo(Queued.ACCEPTED);
        assertThat(accumulator.enqueue(queued("4321"), true)).isEqualTo(Queued.WAITING);
    }

    /** It was offered when there was no room, and what took it up is settled before it queues up. */
    @Test
    void aMessageForWhichThereIsRoomMeanwhileDoesNotWait() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBufferedBytes(5), StreamFormat.JSON);
        offer(accumulator, "123", null);
        assertThat(offer(accumulator, "456", null)).isEqualTo(Offer.QUEUE_UP);

        accumulator.release(poll(accumulator));

        assertThat(accumulator.enqueue(queued("456"), false)).isEqualTo(Queued.ACCEPTED);
    }

    /** The bytes are allocated once, when a batch is complete, with four more for the place of each message. */
    @Test
    void aMessageTakesNoMemoryButItsBytes() {
        ProducerSettings settings = SETTINGS.withMaxBatchBytes(100_000).withMaxBufferedBytes(Long.MAX_VALUE);
        BatchAccumulator accumulator = accumulator(settings, StreamFormat.JSON);
        MessageEncoder encoder = new MessageEncoder(JsonMapper.shared());
        URI stream = URI.create("http://localhost/a");
        MessageEncoder.Target<Offer> target = (bytes, length) -> accumulator.offer(bytes, length, null);
        RawJson message = RawJson.of("{\"text\":\"" + "x".repeat(89) + "\"}");
        Runnable appends = () -> {
            for (int i = 0; i < 50_000; i++) {
                encoder.encode(message, "application/json", stream, target);
            }
        };

        appends.run();
        long before = allocatedBytes();
        appends.run();

        assertThat((allocatedBytes() - before) / 50_000).isBetween(100L, 108L);
    }

    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    @Test
    void aBatchReachesToItsLastMessageAlsoIfOthersWereWithdrawn() {
        BatchAccumulator accumulator = accumulator(SETTINGS, StreamFormat.BINARY);
        List<PendingMessage> queued = List.of(queued("a"), queued("b"), queued("c"));
        queued.forEach(message -> accumulator.enqueue(message, true));
        accumulator.remove(queued.get(1));
        accumulator.admit(message -> (byte[]) message, (message, failure) -> told.add("failed"));

        OutgoingBatch batch = poll(accumulator);

        assertThat(body(batch)).isEqualTo("ac");
        assertThat(List.of(batch.firstOrdinal(), batch.lastOrdinal())).containsExactly(1L, 3L);
        assertThat(batch.halves()).extracting(OutgoingBatch::lastOrdinal).containsExactly(1L, 3L);
        assertThat(told).isEmpty();
    }

    @Test
    void aMessageThatIsInABatchIsHeldThereOnly() {
        BatchAccumulator accumulator = accumulator(SETTINGS, StreamFormat.BINARY);
        byte[] bytes = "a".getBytes(StandardCharsets.UTF_8);
        WeakReference<byte[]> own = new WeakReference<>(bytes);
        PendingMessage waiting = new PendingMessage(bytes, bytes, null);
        accumulator.enqueue(waiting, true);
        bytes = null;

        accumulator.admit(message -> (byte[]) message, (message, failure) -> told.add("failed"));
        for (int i = 0; i < 100 && own.get() != null; i++) {
            System.gc();
        }

        assertThat(own.get()).isNull();
        assertThat(waiting.admission()).isCompletedWithValue(true);
    }

    /** A message may queue up for the content type at the moment at which others that know it fill the batches. */
    @Test
    void theQueueHasNoRoomWhenTheBatchesHaveNoneEvenForItsFirstMessage() {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBufferedBytes(10), StreamFormat.BINARY);
        offer(accumulator, "12345", null);

        assertThat(accumulator.enqueue(queued("123456"), false)).isEqualTo(Queued.REFUSED);
        assertThat(accumulator.enqueue(queued("12345"), false)).isEqualTo(Queued.ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource({"100000, 1000", "256000, 2000"})
    void moreMessagesQueueUpTheLargerTheBufferIsHoweverSmallTheyAre(long bufferedBytes, int most) {
        BatchAccumulator accumulator = accumulator(SETTINGS.withMaxBufferedBytes(bufferedBytes), StreamFormat.BINARY);
        IntStream.range(1, most).forEach(i -> accumulator.enqueue(queued("a"), false));
        assertThat(accumulator.enqueue(queued("a"), false)).isEqualTo(Queued.ACCEPTED);

        assertThat(accumulator.enqueue(queued("a"), false)).isEqualTo(Queued.REFUSED);
    }

    private static PendingMessage queued(String message) {
        return new PendingMessage(message.getBytes(StandardCharsets.UTF_8), null, null);
    }
}
