package io.durablestreams.client.producer;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.message.MessageEncoder;

/**
 * An accepted message that is not in a batch yet, because there is no room or the content type of the stream is not
 * known.
 */
final class PendingMessage {

    private final @Nullable ReceiptListener receipt;
    private final CompletableFuture<Boolean> admission = new CompletableFuture<>();

    // Guarded by the lock of the accumulator until the message has left the queue, and constant afterwards.
    private @Nullable Object message;
    private byte @Nullable [] bytes;
    private long ordinal;
    private long acceptedNanos;
    private boolean lacksRoom;
    private @Nullable DurableStreamException refusal;

    /**
     * Creates a message.
     *
     * @param message the message
     * @param bytes its bytes, or null if the content type is not known
     * @param receipt the listener for its outcome, or null
     */
    PendingMessage(Object message, byte @Nullable [] bytes, @Nullable ReceiptListener receipt) {
        this.message = message;
        this.bytes = bytes;
        this.receipt = receipt;
    }

    /** Returns the message, unless it is in a batch. */
    Object message() {
        return Objects.requireNonNull(message, "the message is in a batch");
    }

    byte @Nullable [] bytes() {
        return bytes;
    }

    /** Returns the memory of the queued message. */
    int size() {
        return bytes != null ? bytes.length : MessageEncoder.sizeOf(message());
    }

    @Nullable
    ReceiptListener receipt() {
        return receipt;
    }

    /** Returns the ordinal of the message among all that the producer has accepted. */
    long ordinal() {
        return ordinal;
    }

    long acceptedNanos() {
        return acceptedNanos;
    }

    void accepted(long ordinal, long nanos, boolean hasRoom) {
        this.ordinal = ordinal;
        this.acceptedNanos = nanos;
        this.lacksRoom = !hasRoom;
    }

    /** Releases the message, because a batch has a copy. Its listener is still needed. */
    void admitted() {
        message = null;
        bytes = null;
    }

    /**
     * Records the failure of the message. If a thread waits for room with it, that thread is refused, and the message
     * was never accepted.
     */
    void letGo(DurableStreamException cause) {
        if (lacksRoom && receipt == null) {
            refusal = cause;
        }
    }

    /** Returns the exception for the thread that waits for room, or null if the message was accepted. */
    @Nullable
    DurableStreamException refusal() {
        return refusal;
    }

    /** Completes when the message has left the queue: with true if it is in a batch, with false if it has failed. */
    CompletableFuture<Boolean> admission() {
        return admission;
    }
}
