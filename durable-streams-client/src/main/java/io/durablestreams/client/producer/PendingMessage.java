package io.durablestreams.client.producer;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.message.MessageEncoder;

/**
 * A message that is accepted and not in a batch yet: there is no room for it, or the content type of the stream is not
 * known.
 */
final class PendingMessage {

    private final @Nullable ReceiptListener receipt;
    private final CompletableFuture<Boolean> admission = new CompletableFuture<>();

    // Guarded by the accumulator's lock until the message has left the queue, and fixed then.
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
     * @param bytes its bytes, or null while the content type is not known
     * @param receipt who waits for the outcome, or null if nobody does
     */
    PendingMessage(Object message, byte @Nullable [] bytes, @Nullable ReceiptListener receipt) {
        this.message = message;
        this.bytes = bytes;
        this.receipt = receipt;
    }

    /** The message, unless it is in a batch. */
    Object message() {
        return Objects.requireNonNull(message, "the message is in a batch");
    }

    byte @Nullable [] bytes() {
        return bytes;
    }

    /** The memory that it takes while it is in the queue. */
    int size() {
        return bytes != null ? bytes.length : MessageEncoder.sizeOf(message());
    }

    @Nullable
    ReceiptListener receipt() {
        return receipt;
    }

    /** Its place among all messages that the producer accepted. */
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

    /** Lets go of the message because a batch has a copy, while its outcome is still waited for. */
    void admitted() {
        message = null;
        bytes = null;
    }

    /** Notes that it fails. If a thread waits for room with it, that thread is told, and it was never accepted. */
    void letGo(DurableStreamException cause) {
        if (lacksRoom && receipt == null) {
            refusal = cause;
        }
    }

    /** What the thread that waits for room with it is to be told, or null if the message was accepted. */
    @Nullable
    DurableStreamException refusal() {
        return refusal;
    }

    /** Completed when the message has left the queue: it is in a batch, or it has failed. */
    CompletableFuture<Boolean> admission() {
        return admission;
    }
}
