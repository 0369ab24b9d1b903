package io.durablestreams.client.metrics;

import java.net.URI;
import java.time.Duration;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.protocol.AppendReceipt;

/**
 * Records the activity of the producers of a client.
 *
 * <p>The methods are called while producing, mostly on event loop threads, and concurrently for many producers. They
 * must be fast and must not block. Exceptions are caught, and the first is logged. All methods default to no-ops. Each
 * method receives the URL of the stream.
 *
 * <p>A request that only closes the stream counts as a batch without messages. Sizes are in bytes.
 */
public interface ProducerMetricsRecorder {

    /** Records nothing. */
    ProducerMetricsRecorder NONE = new ProducerMetricsRecorder() {};

    /**
     * A batch is complete and ready to be sent.
     *
     * @param url the stream
     * @param messages the number of messages in the batch
     * @param bytes the size of the messages
     * @param fill the size of the messages as a fraction of {@link
     *     io.durablestreams.client.producer.ProducerSettings#withMaxBatchBytes maxBatchBytes}. It is above 1 if a
     *     single message is larger
     */
    default void batchStarted(URI url, int messages, int bytes, double fill) {}

    /**
     * The server has refused a batch for its size, and the producer splits it.
     *
     * @param url the stream
     * @param messages the number of messages in the batch
     */
    default void batchSplit(URI url, int messages) {}

    /**
     * A batch is acknowledged.
     *
     * @param url the stream
     * @param messages the number of messages in the batch
     * @param bytes the size of the messages
     * @param outcome whether this attempt stored the batch
     * @param latency the time since the first message of the batch was accepted
     */
    default void batchStored(URI url, int messages, int bytes, AppendReceipt.Outcome outcome, Duration latency) {}

    /**
     * A batch has failed, including all of its messages.
     *
     * @param url the stream
     * @param messages the number of messages in the batch
     * @param bytes the size of the messages
     * @param cause the reason
     */
    default void batchFailed(URI url, int messages, int bytes, DurableStreamException cause) {}

    /**
     * A message has failed before it was in a batch, because the stream does not exist or the message cannot be
     * serialised.
     *
     * @param url the stream
     * @param cause the reason
     */
    default void messageFailed(URI url, DurableStreamException cause) {}

    /**
     * A message was refused, and its sender was notified. The buffer stayed full, or the producer is closed, has
     * stopped or cannot start. Called on the thread of the sender.
     *
     * @param url the stream
     * @param cause the reason
     */
    default void messageRefused(URI url, DurableStreamException cause) {}

    /**
     * A batch is sent again.
     *
     * @param url the stream
     * @param cause the reason
     */
    default void retrying(URI url, Cause cause) {}

    /**
     * The server knows another incarnation of the producer. It has a higher epoch, or it uses the numbers of this
     * epoch.
     *
     * @param url the stream
     * @param currentEpoch the epoch that the server knows
     */
    default void fenced(URI url, long currentEpoch) {}

    /**
     * The server misses batches before the one that was sent.
     *
     * @param url the stream
     * @param expectedSeq the number that the server expects next
     */
    default void gap(URI url, long expectedSeq) {}

    /**
     * The producer continues under another epoch.
     *
     * @param url the stream
     * @param epoch the new epoch
     */
    default void epochRaised(URI url, long epoch) {}

    /**
     * The number of batches in flight has changed. The last call for a producer whose batches are all settled reports
     * 0.
     *
     * @param url the stream
     * @param producerId the identity of the producer
     * @param batches the number of batches in flight
     */
    default void inFlight(URI url, String producerId, int batches) {}

    /**
     * Reports the size of the accepted messages that are not settled. The last call for a producer whose messages are
     * all settled reports 0.
     *
     * @param url the stream
     * @param producerId the identity of the producer
     * @param bytes the size of the messages
     */
    default void buffered(URI url, String producerId, long bytes) {}

    /** The reason why a batch is sent again. */
    enum Cause {

        /** The batch was not sent. There was no connection, or the epoch could not be recorded. */
        NOT_SENT,

        /** There was no response, or it did not arrive in time. */
        NO_ANSWER,

        /** The server answered with 408 or 5xx. */
        SERVER_ERROR,

        /** The server answered with 429. */
        RATE_LIMITED,

        /** The server did not accept the credentials (401). Headers are computed again for the next attempt. */
        UNAUTHORIZED,

        /** The response is not from a stream server. */
        UNUSABLE_ANSWER,

        /** An earlier batch had to be stored first. */
        GAP,

        /** The producer has claimed another epoch. */
        FENCED
    }
}
