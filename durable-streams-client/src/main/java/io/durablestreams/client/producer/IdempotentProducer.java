package io.durablestreams.client.producer;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;

/**
 * Writes to one stream exactly once within an epoch (protocol §5.2.1): batched, pipelined, in the order of acceptance.
 *
 * <p>A producer accepts messages from any thread, gathers them into batches ({@link ProducerSettings#withLinger linger},
 * {@link ProducerSettings#withMaxBatchBytes maxBatchBytes}), numbers the batches and keeps several of them in flight. A
 * batch is repeated under the same number until the server has answered definitely or
 * {@link ProducerSettings#withDeliveryTimeout deliveryTimeout} is over. Every message that was accepted is either
 * acknowledged or reported as failed: to the subscriber of {@link #send}, or to the {@link ProducerErrorHandler} for
 * {@link #append}.
 *
 * <p>Receipts, failures and completions are signalled on threads that must not be blocked: the client's event loops, or
 * Reactor's parallel scheduler.
 *
 * <p>Messages are what {@link io.durablestreams.client.DurableStream} says. They are written, or copied, before the call that accepts them returns.
 *
 * <p>One writer at a time may use a producer id on a stream: a writer with a higher epoch fences one with a lower epoch,
 * which then fails with {@link io.durablestreams.client.error.ProducerFencedException}, or claims the next epoch, as
 * {@link ProducerSettings#withOnFenced onFenced} says. An {@link EpochStore} lets one that comes back start above its own
 * epochs.
 *
 * <p>A batch that the server refuses for its size (413) is sent in halves, down to the single message that is too large.
 * Later batches get half of its size at most, for the life of the producer, which logs once at WARN what to set instead.
 *
 * <p>A producer stops for good when another writer has closed the stream ({@link io.durablestreams.client.error.StreamClosedException}), when it is
 * fenced, or when the server has lost its numbers ({@link io.durablestreams.client.error.ProducerSequenceGapException}), unless it claims then. What it
 * has accepted fails with that at once, but for what is acknowledged nevertheless. From then on, {@code append} and
 * {@code send} refuse messages with the same reason, without a request: they are not accepted, and not reported again.
 */
public interface IdempotentProducer {

    /** Returns the URL of the stream. */
    URI url();

    /** Returns the identity that this producer writes under. */
    String producerId();

    /**
     * Accepts a message without waiting for its outcome.
     *
     * <p>When the buffer is full this blocks for up to {@link ProducerSettings#withMaxBlock maxBlock} on a thread that
     * may block, and fails at once on one that may not. What throws was not accepted: nobody is told of it besides.
     *
     * @param message the message
     * @throws IllegalArgumentException when the message does not fit the stream or cannot be serialised
     * @throws io.durablestreams.client.error.ProducerBufferFullException when the buffer stayed full
     * @throws io.durablestreams.client.error.ProducerClosedException when the producer is closed
     * @throws io.durablestreams.client.error.DurableStreamException when the producer has stopped, or does so, or cannot start, while this waits for
     *     room: the reason
     */
    void append(Object message);

    /**
     * Appends a message and tells its outcome.
     *
     * <p>Subscribing accepts the message, each subscription once; it waits, without a thread, while the buffer is full.
     * What waits is held in memory: bound the number, for example with the concurrency of {@code flatMap}.
     * The receipt comes when the batch is acknowledged. Cancelling gives up waiting, not the message, unless it was
     * still waiting for room.
     *
     * @param message the message
     */
    Mono<AppendReceipt> send(Object message);

    /**
     * Sends all messages of a publisher and gives their receipts in the order of the messages.
     *
     * <p>Each subscription sends them. Messages are requested as receipts are, with up to 16384 of them under way. When
     * one fails, so does this, behind the receipts of those before it; the publisher is cancelled, and those that were
     * accepted already are delivered all the same, as when this is cancelled. When the publisher fails, this fails
     * behind the receipts of all its messages.
     *
     * @param messages the messages
     */
    default Flux<AppendReceipt> sendAll(Publisher<?> messages) {
        return OrderedReceipts.of(messages, this::send);
    }

    /**
     * Flushes, and goes on under the next epoch. Messages that were accepted before go out under the old one, those that
     * are accepted after the completion under the new one, and those in between, in their order, under either. An epoch
     * under which nothing was acknowledged yet is as good as new and stays. So does one under which a {@link #closeStream}
     * may have closed the stream without an answer: only under its own number can it be repeated with the same outcome, and
     * no message can come before it.
     *
     * <p>Fails when a message before it has failed since the last flush, or when the producer has stopped; the epoch then
     * stays as it was.
     */
    Mono<Void> restart();

    /**
     * Sends what is buffered without lingering and completes when everything accepted before the subscription is
     * acknowledged. Fails with the first failure since the last flush, once all of them are settled, even if the
     * subscriber of a {@link #send} was told of it. Messages that were refused do not count.
     */
    Mono<Void> flush();

    /**
     * Flushes and releases the producer; the stream stays open. Later messages are refused with
     * {@link io.durablestreams.client.error.ProducerClosedException}. Ends within {@link ProducerSettings#withDeliveryTimeout deliveryTimeout}; closing
     * again gives the same outcome, and closing while the stream is being closed gives that of {@link #closeStream}.
     */
    Mono<Void> close();

    /**
     * Flushes, closes the stream for all writers and readers, and releases the producer. The request carries the
     * producer's numbers, so that repeating it is harmless. When a message before it has failed since the last flush, this
     * fails with that, and the stream stays open. When the producer has stopped, this fails with the reason; a
     * {@link io.durablestreams.client.error.StreamClosedException} tells the final offset. When the server has accepted the request but does not confirm that the
     * stream is closed, this fails with {@link io.durablestreams.client.error.StreamProtocolException}, and the final message is stored. A final message
     * that cannot be written is refused, and the producer goes on if the content type is known.
     *
     * <p>After any other failure the producer takes no more messages, and this may be called again until {@link #close} is.
     * When it was not acknowledged in time ({@link io.durablestreams.client.error.DeliveryTimeoutException}), the request is repeated with the final message
     * of then, and under its number; or under the next epoch, if that number turns out to be another message's, or one before
     * it is missing. When the final message is stored and the close is not confirmed, call {@link #closeStream()}. Flush and request may each take as long as
     * {@link ProducerSettings#withDeliveryTimeout deliveryTimeout}.
     *
     * @param finalMessage appended in the same atomic step, or null; written, or copied, on subscription
     * @return the final offset
     */
    Mono<Offset> closeStream(@Nullable Object finalMessage);

    /** Closes the stream without a final message, see {@link #closeStream(Object)}. */
    default Mono<Offset> closeStream() {
        return closeStream(null);
    }
}
