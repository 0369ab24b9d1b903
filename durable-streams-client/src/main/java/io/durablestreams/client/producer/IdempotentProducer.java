package io.durablestreams.client.producer;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;

/**
 * Writes to one stream, exactly once within an epoch and in the order of acceptance (protocol §5.2.1). Messages are
 * sent in batches, and several batches are in flight at the same time.
 *
 * <p>A producer accepts messages from any thread, collects them in batches ({@link ProducerSettings#withLinger linger},
 * {@link ProducerSettings#withMaxBatchBytes maxBatchBytes}) and numbers the batches. A batch is repeated under the same
 * number until the server has given a definite response, or {@link ProducerSettings#withDeliveryTimeout
 * deliveryTimeout} has expired. Every accepted message is either acknowledged or reported as failed: to the subscriber
 * of {@link #send}, or to the {@link ProducerErrorHandler} for {@link #append}.
 *
 * <p>Receipts, failures and completions are signalled on threads that must not be blocked: the client's event loops, or
 * Reactor's parallel scheduler.
 *
 * <p>For the types of messages see {@link io.durablestreams.client.DurableStream}. A message is serialised or copied
 * before the call that accepts it returns.
 *
 * <p>Only one writer at a time may use a producer id on a stream. A writer with a higher epoch fences a writer with a
 * lower epoch. The fenced writer fails with {@link ProducerFencedException} or claims the next epoch, as {@link
 * ProducerSettings#withOnFenced onFenced} says. An {@link EpochStore} lets a restarted writer begin above its own
 * epochs.
 *
 * <p>If the server refuses a batch for its size (413), the batch is split in halves, down to a single message that is
 * too large. Later batches of this producer have at most half the refused size. The producer logs once at WARN which
 * setting to change.
 *
 * <p>If the server does not accept the credentials of a batch (401), the batch is sent up to three more times, with
 * headers that are computed again. Then it fails. A batch is not sent in the last 100 ms before its deadline (for a
 * {@code deliveryTimeout} below 1 s: in the last tenth), because a response would come too late.
 *
 * <p>A producer stops permanently in these cases:
 *
 * <ul>
 *   <li>Another writer has closed the stream ({@link StreamClosedException}).
 *   <li>The producer is fenced ({@link ProducerFencedException}), and does not claim or has claimed too often in a row.
 *   <li>The server has lost the numbers of the producer ({@link ProducerSequenceGapException}), and the producer does
 *       not claim or has claimed too often in a row.
 * </ul>
 *
 * <p>Its unacknowledged messages then fail immediately with the same exception. Later calls of {@code append} and
 * {@code send} fail for the same reason. They send no request, and their messages are not accepted and not reported to
 * the {@link ProducerErrorHandler}.
 */
public interface IdempotentProducer {

    /** Returns the URL of the stream. */
    URI url();

    /** Returns the id under which this producer writes. */
    String producerId();

    /**
     * Accepts a message without waiting for its outcome.
     *
     * <p>If the buffer is full, this method waits for room for up to {@link ProducerSettings#withMaxBlock maxBlock} on
     * a thread that may block. On a thread that must not block, it fails immediately. If this method throws, the
     * message was not accepted and is not reported to the {@link ProducerErrorHandler}.
     *
     * @param message the message
     * @throws IllegalArgumentException if the message does not fit the stream, is empty, cannot be serialised, or is
     *     larger than {@link ProducerSettings#withMaxBufferedBytes maxBufferedBytes}
     * @throws ProducerBufferFullException if the buffer remains full
     * @throws ProducerClosedException if the producer is closed
     * @throws DurableStreamException if the producer has stopped, or if it stops or cannot start while this method
     *     waits for room
     */
    void append(Object message);

    /**
     * Sends a message and returns its receipt when the message is acknowledged.
     *
     * <p>Each subscription sends the message once. If the buffer is full, the message waits for room without blocking a
     * thread. Waiting messages are kept in memory, so limit their number, for example with the concurrency of {@code
     * flatMap}. Fails with the failure of the message, or with the exceptions of {@link #append}, except {@link
     * ProducerBufferFullException}.
     *
     * <p>Cancelling withdraws the message only while it waits for room. Otherwise the message is still delivered.
     *
     * @param message the message
     */
    Mono<AppendReceipt> send(Object message);

    /**
     * Sends all messages of a publisher, and returns their receipts in the order of the messages.
     *
     * <p>Each subscription sends all messages. Messages are requested as receipts are consumed, with at most 16384
     * messages in flight. The time that the publisher takes for its next message is not limited.
     *
     * <ul>
     *   <li>If a message fails, this fails after the receipts of the earlier messages. The publisher is cancelled.
     *       Messages that were already accepted are still delivered.
     *   <li>If the publisher fails, this fails after the receipts of all its messages.
     *   <li>If this is cancelled, the publisher is cancelled. Messages that were already accepted are still delivered.
     * </ul>
     *
     * @param messages the messages
     */
    default Flux<AppendReceipt> sendAll(Publisher<?> messages) {
        return OrderedReceipts.of(messages, this::send).onErrorStop();
    }

    /**
     * Flushes, and continues under the next epoch. Messages that were accepted before the subscription are sent under
     * the old epoch. Messages that are accepted after the completion are sent under the new epoch. Messages in between
     * are sent in their order, under either epoch.
     *
     * <p>The epoch is kept in these cases:
     *
     * <ul>
     *   <li>Nothing has been acknowledged under it.
     *   <li>A {@link #closeStream} without a response must be repeated under its original number.
     *   <li>A message has failed since the last flush, or the producer has stopped. This then fails with that failure.
     * </ul>
     */
    Mono<Void> restart();

    /**
     * Sends the buffered messages without lingering. Completes when all messages that were accepted before the
     * subscription are acknowledged.
     *
     * <p>If messages have failed since the last flush, this fails with the first failure, once all messages are
     * settled. This includes failures that were reported to the subscriber of {@link #send}, but not messages that were
     * refused.
     */
    Mono<Void> flush();

    /**
     * Flushes and releases the producer. The stream remains open. Later messages fail with {@link
     * ProducerClosedException}. Completes or fails like {@link #flush}, within {@link
     * ProducerSettings#withDeliveryTimeout deliveryTimeout}.
     *
     * <p>Closing again has the same outcome. Closing during a {@link #closeStream} has the outcome of the latter.
     */
    Mono<Void> close();

    /**
     * Flushes, closes the stream permanently for every reader and writer, and releases the producer (protocol §5.3).
     * The request carries the numbers of the producer, so it is safe to repeat. The flush and the request may each take
     * up to {@link ProducerSettings#withDeliveryTimeout deliveryTimeout}.
     *
     * <p>From the subscription on, the producer accepts no messages, unless stated otherwise below. The outcomes are:
     *
     * <ul>
     *   <li>The stream is closed: returns the final offset, and the producer is released.
     *   <li>The final message cannot be serialised: fails with {@link IllegalArgumentException}. If the content type is
     *       known, the producer continues to accept messages.
     *   <li>A message has failed since the last flush: fails with that failure, and the stream remains open.
     *   <li>The producer has stopped: fails with the reason. A {@link StreamClosedException} contains the final offset.
     *   <li>The response does not confirm that the stream is closed: fails with {@link StreamProtocolException}. The
     *       final message is stored. Call {@link #closeStream()} without a message.
     *   <li>The request is not acknowledged in time: fails with {@link DeliveryTimeoutException}. Retrying sends the
     *       original final message under its original number. If the server reports that number as taken, or a gap
     *       before it, the retry uses the next epoch.
     * </ul>
     *
     * <p>After a failure this may be called again until {@link #close} is called.
     *
     * @param finalMessage the message that is appended in the same atomic step, or null. It is serialised or copied on
     *     subscription
     * @return the final offset
     */
    Mono<Offset> closeStream(@Nullable Object finalMessage);

    /**
     * Closes the stream without a final message. See {@link #closeStream(Object)}.
     *
     * @return the final offset
     */
    default Mono<Offset> closeStream() {
        return closeStream(null);
    }
}
