package io.durablestreams.client.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.exchange.StreamRequests.RefusedCredentials;
import io.durablestreams.client.exchange.StreamTransport.Body;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.StreamFormat;

/** The messages of one request, and the listeners for its outcome. */
final class OutgoingBatch {

    private static final Logger log = LoggerFactory.getLogger(OutgoingBatch.class);

    private final BatchBody body;
    private final @Nullable ReceiptListener @Nullable [] listeners;
    private final Ordinals ordinals;
    private final long createdNanos;
    private final RefusedCredentials refusedCredentials = new RefusedCredentials();

    private @Nullable ReceiptListener closeListener;

    /**
     * The range of messages among all that the producer has accepted.
     *
     * @param first the ordinal of the first message
     * @param last the ordinal of the last message. Ordinals in between may be missing if messages were withdrawn
     */
    record Ordinals(long first, long last) {}

    /**
     * Creates a batch.
     *
     * @param body the messages
     * @param listeners the listener of each message, if it has one; null if there are none
     * @param ordinals the range of the messages
     * @param createdNanos the time at which the first message was accepted
     */
    OutgoingBatch(
            BatchBody body, @Nullable ReceiptListener @Nullable [] listeners, Ordinals ordinals, long createdNanos) {
        this.body = body;
        this.listeners = listeners;
        this.ordinals = ordinals;
        this.createdNanos = createdNanos;
    }

    /** Returns a batch without listeners, of one message or of none. */
    static OutgoingBatch of(byte @Nullable [] message, StreamFormat format, long ordinal, long createdNanos) {
        OpenBatch batch = new OpenBatch();
        batch.begin(format, ordinal, createdNanos);
        if (message != null) {
            batch.add(message, message.length, ordinal, null);
        }
        return batch.seal();
    }

    /** Returns the number of messages. */
    int count() {
        return body.count();
    }

    boolean isEmpty() {
        return body.count() == 0;
    }

    /** Returns the size of the messages, which is counted against the limit of the buffer. */
    int messageBytes() {
        return body.messageBytes();
    }

    long firstOrdinal() {
        return ordinals.first();
    }

    long lastOrdinal() {
        return ordinals.last();
    }

    long createdNanos() {
        return createdNanos;
    }

    /** Returns the counter of the responses to this batch that do not accept its credentials. */
    RefusedCredentials refusedCredentials() {
        return refusedCredentials;
    }

    /** Makes this the batch that closes the stream. */
    OutgoingBatch closingStream(ReceiptListener listener) {
        closeListener = listener;
        return this;
    }

    /** Returns a batch of the same messages, with another time of acceptance. */
    OutgoingBatch again(long nanos) {
        return new OutgoingBatch(body, listeners, ordinals, nanos);
    }

    boolean closesStream() {
        return closeListener != null;
    }

    /** Splits the messages into two batches. There must be at least two. */
    List<OutgoingBatch> halves() {
        int middle = count() / 2;
        return List.of(part(0, middle), part(middle, count()));
    }

    private OutgoingBatch part(int from, int to) {
        OpenBatch part = new OpenBatch();
        StreamFormat format = body.separator() > 0 ? StreamFormat.JSON : StreamFormat.BINARY;
        part.begin(format, ordinals.first() + from, createdNanos);
        for (int i = from; i < to; i++) {
            byte[] message = body.message(i);
            long ordinal = i + 1 == count() ? ordinals.last() : ordinals.first() + i;
            part.add(message, message.length, ordinal, listener(i));
        }
        return part.seal();
    }

    /** Returns the body of the request, which is the same for every attempt. */
    Body body() {
        return Body.of(body.bytes());
    }

    /** Notifies all listeners. */
    void stored(AppendReceipt receipt) {
        notify(closeListener, listener -> listener.stored(receipt));
        if (listeners != null) {
            for (ReceiptListener waiting : listeners) {
                notify(waiting, listener -> listener.stored(receipt));
            }
        }
    }

    /** Notifies all listeners. Returns the messages without a listener. */
    List<byte[]> failed(DurableStreamException cause) {
        if (closeListener != null) {
            notify(closeListener, listener -> listener.failed(cause));
            return List.of();
        }
        List<byte[]> unattended = new ArrayList<>();
        for (int i = 0; i < body.count(); i++) {
            ReceiptListener listener = listener(i);
            notify(listener, waiting -> waiting.failed(cause));
            if (listener == null) {
                unattended.add(body.message(i));
            }
        }
        return unattended;
    }

    private @Nullable ReceiptListener listener(int message) {
        return listeners != null && message < listeners.length ? listeners[message] : null;
    }

    /**
     * Notifies a listener. An exception of the listener is logged, and other listeners are still notified.
     *
     * @param listener the listener, or null if there is none
     * @param outcome calls one of its methods
     */
    static void notify(@Nullable ReceiptListener listener, Consumer<ReceiptListener> outcome) {
        try {
            if (listener != null) {
                outcome.accept(listener);
            }
        } catch (Throwable failure) {
            log.error("A subscriber of a producer failed", failure);
        }
    }
}
