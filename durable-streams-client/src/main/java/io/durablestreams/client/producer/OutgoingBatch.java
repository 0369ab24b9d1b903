package io.durablestreams.client.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.exchange.StreamTransport.Body;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.StreamFormat;

/** Messages that travel in one request, and those who wait for its outcome. */
final class OutgoingBatch {

    private static final Logger log = LoggerFactory.getLogger(OutgoingBatch.class);

    private final BatchBody body;
    private final @Nullable ReceiptListener @Nullable [] listeners;
    private final Places places;
    private final long createdNanos;

    private @Nullable ReceiptListener closeListener;

    /**
     * Where its messages are among all that the producer accepted.
     *
     * @param first the place of the first message
     * @param last the place of the last one; there is nothing at some of those between if messages were withdrawn
     */
    record Places(long first, long last) {}

    /**
     * Creates a batch.
     *
     * @param body the messages
     * @param listeners who waits for each message, as far as somebody does; null if nobody waits for any
     * @param places where they are among all
     * @param createdNanos when its first message was accepted
     */
    OutgoingBatch(BatchBody body, @Nullable ReceiptListener @Nullable [] listeners, Places places, long createdNanos) {
        this.body = body;
        this.listeners = listeners;
        this.places = places;
        this.createdNanos = createdNanos;
    }

    /** Returns a batch of one message that nobody waits for, or of none. */
    static OutgoingBatch of(byte @Nullable [] message, StreamFormat format, long ordinal, long createdNanos) {
        OpenBatch batch = new OpenBatch();
        batch.begin(format, ordinal, createdNanos);
        if (message != null) {
            batch.add(message, message.length, ordinal, null);
        }
        return batch.seal();
    }

    /** The number of messages. */
    int count() {
        return body.count();
    }

    boolean isEmpty() {
        return body.count() == 0;
    }

    /** The size of the messages, which is what counts against the buffer's limit. */
    int messageBytes() {
        return body.messageBytes();
    }

    long firstOrdinal() {
        return places.first();
    }

    long lastOrdinal() {
        return places.last();
    }

    long createdNanos() {
        return createdNanos;
    }

    /** Makes this the batch that closes the stream, with or without a message. */
    OutgoingBatch closingStream(ReceiptListener listener) {
        closeListener = listener;
        return this;
    }

    /** Returns the same messages, as if they were accepted at this time. */
    OutgoingBatch again(long nanos) {
        return new OutgoingBatch(body, listeners, places, nanos);
    }

    boolean closesStream() {
        return closeListener != null;
    }

    /** Returns two batches with the first and the second half of the messages, of which there must be two at least. */
    List<OutgoingBatch> halves() {
        int middle = count() / 2;
        return List.of(part(0, middle), part(middle, count()));
    }

    private OutgoingBatch part(int from, int to) {
        OpenBatch part = new OpenBatch();
        StreamFormat format = body.separator() > 0 ? StreamFormat.JSON : StreamFormat.BINARY;
        part.begin(format, places.first() + from, createdNanos);
        for (int i = from; i < to; i++) {
            byte[] message = body.message(i);
            long place = i + 1 == count() ? places.last() : places.first() + i;
            part.add(message, message.length, place, listener(i));
        }
        return part.seal();
    }

    /** The body of the request. It is the same for every attempt. */
    Body body() {
        return Body.of(body.bytes());
    }

    /** Tells those who wait for a message. */
    void stored(AppendReceipt receipt) {
        notify(closeListener, listener -> listener.stored(receipt));
        if (listeners != null) {
            for (ReceiptListener waiting : listeners) {
                notify(waiting, listener -> listener.stored(receipt));
            }
        }
    }

    /** Tells those who wait for a message; returns the messages that nobody waits for. */
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
     * Notifies a listener. An exception of the listener is logged, and does not keep others from being notified.
     *
     * @param listener the listener, or null if nobody waits
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
