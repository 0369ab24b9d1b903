package io.durablestreams.client.producer;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.producer.OutgoingBatch.Ordinals;
import io.durablestreams.protocol.StreamFormat;

/**
 * Collects the messages of one batch after another in arrays that it reuses. Not thread-safe.
 *
 * <p>A sealed batch receives a copy of exactly its size. This is cheaper than growing new arrays for each batch, and
 * buffered batches take no more memory than their bytes.
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

    /** The listeners, each at the index of its message; null if there are none. */
    private @Nullable ReceiptListener @Nullable [] listeners;

    /** Begins a batch. Must be called before the first message of each batch. */
    void begin(StreamFormat format, long ordinal, long acceptedNanos) {
        json = format == StreamFormat.JSON;
        firstOrdinal = ordinal;
        lastOrdinal = ordinal;
        createdNanos = acceptedNanos;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Returns the number of messages. */
    int count() {
        return count;
    }

    /** Returns the size of the body with a further message of this size. */
    int sizeWith(int message) {
        return size + message + 2;
    }

    /** Returns the ordinal of the first message. */
    long firstOrdinal() {
        return firstOrdinal;
    }

    /** Returns the time at which the first message was accepted. */
    long createdNanos() {
        return createdNanos;
    }

    /** Adds the message at the beginning of the array. */
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

    /** Returns the batch, and empties this object. */
    OutgoingBatch seal() {
        if (json && count > 0) {
            bytes[size++] = ']';
        }
        BatchBody body = new BatchBody(Arrays.copyOf(bytes, size), Arrays.copyOf(starts, count), json ? 1 : 0);
        OutgoingBatch batch = new OutgoingBatch(body, listeners, new Ordinals(firstOrdinal, lastOrdinal), createdNanos);
        shrink();
        size = 0;
        count = 0;
        listeners = null;
        return batch;
    }

    /** Releases memory step by step when batches become smaller. */
    private void shrink() {
        if (bytes.length > MIN_BYTES && size < bytes.length / 4) {
            bytes = new byte[bytes.length / 2];
        }
        if (starts.length > MIN_MESSAGES && count < starts.length / 4) {
            starts = new int[starts.length / 2];
        }
    }
}
