package io.durablestreams.client.producer;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.producer.OutgoingBatch.Places;
import io.durablestreams.protocol.StreamFormat;

/**
 * Gathers the messages of one batch after the other in arrays that it uses again. Filled by one thread at a time.
 *
 * <p>A batch takes a copy of exactly its size along when it leaves. That costs less than arrays that grow with each batch,
 * and what is buffered takes no more memory than its bytes.
 */
final class OpenBatch {

    private static final int MIN_BYTES = 512;
    private static final int MIN_MESSAGES = 8;

    private boolean json;
    private byte[] bytes = new byte[MIN_BYTES];
    private int size;
    private int[] starts = new int[MIN_MESSAGES];
    private int count;
    private long firstOrdinal;
    private long lastOrdinal;
    private long createdNanos;

    /** Those who wait, each at the place of its message; null as long as nobody does. */
    private @Nullable ReceiptListener @Nullable [] listeners;

    /** Begins a batch; to be called before the first message of each. */
    void begin(StreamFormat format, long ordinal, long acceptedNanos) {
        json = format == StreamFormat.JSON;
        firstOrdinal = ordinal;
        lastOrdinal = ordinal;
        createdNanos = acceptedNanos;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The number of messages. */
    int count() {
        return count;
    }

    /** The size of the body if a message of this size is added. */
    int sizeWith(int message) {
        return size + message + 2;
    }

    /** The place of its first message among all that the producer accepted. */
    long firstOrdinal() {
        return firstOrdinal;
    }

    /** When its first message was accepted. */
    long createdNanos() {
        return createdNanos;
    }

    /** Adds the message that an array begins with, at its place among all. */
    void add(byte[] source, int length, long ordinal, @Nullable ReceiptListener listener) {
        lastOrdinal = ordinal;
        reserve(length);
        if (json) {
            bytes[size++] = (byte) (count == 0 ? '[' : ',');
        }
        starts[count] = size;
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
        if (listener != null) {
            listen(listener);
        }
        count++;
    }

    private void reserve(int length) {
        if (bytes.length < sizeWith(length)) {
            bytes = Arrays.copyOf(bytes, Math.max(sizeWith(length), bytes.length * 2));
        }
        if (starts.length == count) {
            starts = Arrays.copyOf(starts, starts.length * 2);
        }
    }

    private void listen(ReceiptListener listener) {
        if (listeners == null) {
            listeners = new ReceiptListener[starts.length];
        } else if (listeners.length <= count) {
            listeners = Arrays.copyOf(listeners, starts.length);
        }
        listeners[count] = listener;
    }

    /** Returns the batch, and is empty afterwards. */
    OutgoingBatch seal() {
        if (json && count > 0) {
            bytes[size++] = ']';
        }
        BatchBody body = new BatchBody(Arrays.copyOf(bytes, size), Arrays.copyOf(starts, count), json ? 1 : 0);
        OutgoingBatch batch = new OutgoingBatch(body, listeners, new Places(firstOrdinal, lastOrdinal), createdNanos);
        shrink();
        size = 0;
        count = 0;
        listeners = null;
        return batch;
    }

    /** Gives memory back step by step when the batches become smaller. */
    private void shrink() {
        if (bytes.length > MIN_BYTES && size < bytes.length / 4) {
            bytes = new byte[bytes.length / 2];
        }
        if (starts.length > MIN_MESSAGES && count < starts.length / 4) {
            starts = new int[starts.length / 2];
        }
    }
}
