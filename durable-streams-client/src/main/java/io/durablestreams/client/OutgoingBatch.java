package io.durablestreams.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.StreamTransport.Body;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.StreamFormat;

/** Messages that travel in one request, serialised one behind the other. Filled by one thread at a time. */
final class OutgoingBatch {

    private static final Logger log = LoggerFactory.getLogger(OutgoingBatch.class);

    private static final int MIN_BYTES = 512;

    private final boolean json;
    private final long firstOrdinal;
    private final long createdNanos;

    private byte[] bytes;
    private int size;
    private int[] starts = new int[8];
    private int count;
    private int messageBytes;

    /** Those who wait, each at the place of its message; null as long as nobody does. */
    private @Nullable ReceiptListener @Nullable [] listeners;

    private @Nullable ReceiptListener closeListener;

    /** Waits for the outcome of one message. */
    interface ReceiptListener {

        void stored(AppendReceipt receipt);

        void failed(DurableStreamException cause);
    }

    /**
     * Creates an empty batch.
     *
     * @param format what the stream holds
     * @param firstOrdinal the place of its first message among all that the producer accepted
     * @param createdNanos when its first message was accepted
     * @param expectedBytes how large it is expected to become, so that it need not grow
     */
    OutgoingBatch(StreamFormat format, long firstOrdinal, long createdNanos, int expectedBytes) {
        this.json = format == StreamFormat.JSON;
        this.firstOrdinal = firstOrdinal;
        this.createdNanos = createdNanos;
        this.bytes = new byte[Math.max(MIN_BYTES, expectedBytes)];
    }

    /** Adds the message that an array begins with. */
    void add(byte[] source, int length, @Nullable ReceiptListener listener) {
        reserve(length + 2);
        if (json) {
            bytes[size++] = (byte) (count == 0 ? '[' : ',');
        }
        if (starts.length == count) {
            starts = Arrays.copyOf(starts, starts.length * 2);
        }
        starts[count] = size;
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
        messageBytes += length;
        if (listener != null) {
            listen(listener);
        }
        count++;
    }

    private void listen(ReceiptListener listener) {
        if (listeners == null) {
            listeners = new ReceiptListener[starts.length];
        } else if (listeners.length <= count) {
            listeners = Arrays.copyOf(listeners, starts.length);
        }
        listeners[count] = listener;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }

    /** The number of messages. */
    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The size of the body if a message of this size is added. */
    int sizeWith(int message) {
        return size + message + 2;
    }

    /** The size of the messages, which is what counts against the buffer's limit. */
    int messageBytes() {
        return messageBytes;
    }

    long firstOrdinal() {
        return firstOrdinal;
    }

    long createdNanos() {
        return createdNanos;
    }

    /** Makes this the batch that closes the stream, with or without a message. */
    OutgoingBatch closingStream(ReceiptListener listener) {
        closeListener = listener;
        return this;
    }

    boolean closesStream() {
        return closeListener != null;
    }

    /** The body of the request. It is the same for every attempt. */
    Body body() {
        if (json && !isEmpty()) {
            reserve(1);
            bytes[size] = ']';
            return new Body(bytes, 0, size + 1);
        }
        return new Body(bytes, 0, size);
    }

    /** Tells those who wait for a message. */
    void stored(AppendReceipt receipt) {
        tell(closeListener, listener -> listener.stored(receipt));
        if (listeners != null) {
            for (ReceiptListener waiting : listeners) {
                tell(waiting, listener -> listener.stored(receipt));
            }
        }
    }

    /** Tells those who wait for a message; returns the messages that nobody waits for. */
    List<byte[]> failed(DurableStreamException cause) {
        if (closeListener != null) {
            tell(closeListener, listener -> listener.failed(cause));
            return List.of();
        }
        List<byte[]> unattended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ReceiptListener listener = listener(i);
            tell(listener, waiting -> waiting.failed(cause));
            if (listener == null) {
                unattended.add(Arrays.copyOfRange(bytes, starts[i], end(i)));
            }
        }
        return unattended;
    }

    private @Nullable ReceiptListener listener(int message) {
        return listeners != null && message < listeners.length ? listeners[message] : null;
    }

    private int end(int message) {
        int separator = json ? 1 : 0;
        return message + 1 == count ? size : starts[message + 1] - separator;
    }

    /** What a listener throws must not keep the others from being told. */
    static void tell(@Nullable ReceiptListener listener, Consumer<ReceiptListener> outcome) {
        try {
            if (listener != null) {
                outcome.accept(listener);
            }
        } catch (Throwable failure) {
            log.error("A subscriber of a producer failed", failure);
        }
    }
}
