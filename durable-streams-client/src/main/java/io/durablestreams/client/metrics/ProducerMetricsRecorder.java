package io.durablestreams.client.metrics;

import java.net.URI;
import java.time.Duration;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.protocol.AppendReceipt;

/**
 * Hears what the producers of a client do, to be counted and measured.
 *
 * <p>The methods are called in the middle of producing, mostly on event loop threads, and for many producers at the same
 * time: they must be quick and must not block. What they throw goes no further; the first time, it is logged. All do nothing
 * unless they are implemented. The URL is that of the stream. A batch that only closes the stream counts as one without messages.
 */
public interface ProducerMetricsRecorder {

    /** Records nothing. */
    ProducerMetricsRecorder NONE = new ProducerMetricsRecorder() {};

    /**
     * A batch is complete and goes on its way.
     *
     * @param url the stream
     * @param messages how many there are in it
     * @param bytes the size of the messages
     * @param fill how much of {@link io.durablestreams.client.producer.ProducerSettings#withMaxBatchBytes maxBatchBytes} it takes, 1 for all; more if a
     *     single message is larger
     */
    default void batchStarted(URI url, int messages, int bytes, double fill) {}

    /** The server has refused a batch for its size, and it is split. */
    default void batchSplit(URI url, int messages) {}

    /**
     * A batch is acknowledged.
     *
     * @param url the stream
     * @param messages how many there are in it
     * @param bytes the size of the messages
     * @param outcome whether it was stored, or was a duplicate, or may be stored twice
     * @param latency the time since its first message was accepted
     */
    default void batchStored(URI url, int messages, int bytes, AppendReceipt.Outcome outcome, Duration latency) {}

    /** A batch has failed, and its messages with it. */
    default void batchFailed(URI url, int messages, int bytes, DurableStreamException cause) {}

    /** A message has failed before it came into a batch: there is no such stream, or it could not be written. */
    default void messageFailed(URI url, DurableStreamException cause) {}

    /**
     * A message was not accepted, which its sender was told: the buffer stayed full, or the producer is closed, has
     * stopped or cannot start. Called on the thread of the sender.
     */
    default void messageRefused(URI url, DurableStreamException cause) {}

    /** A batch is sent once more. */
    default void retrying(URI url, Cause cause) {}

    /**
     * The server knows another incarnation: under a higher epoch, or under this one, so that numbers of the producer are
     * taken by it.
     */
    default void fenced(URI url, long currentEpoch) {}

    /** The server misses batches in front of one. */
    default void gap(URI url, long expectedSeq) {}

    /** The producer goes on under another epoch. */
    default void epochRaised(URI url, long epoch) {}

    /** So many batches of a producer are under way now; 0 is the last that is heard of one whose batches are settled. */
    default void inFlight(URI url, String producerId, int batches) {}

    /**
     * So many bytes of messages are accepted by a producer and not settled now; 0 is the last that is heard of one whose
     * messages are settled.
     */
    default void buffered(URI url, String producerId, long bytes) {}

    /** Why a batch is sent once more. */
    enum Cause {

        /** It was not sent: there was no connection, or the epoch could not be stored. */
        NOT_SENT,

        /** The answer did not come, or not in time. */
        NO_ANSWER,

        /** The server answered with 408 or 5xx. */
        SERVER_ERROR,

        /** The server answered with 429. */
        RATE_LIMITED,

        /** The answer is not that of a stream server. */
        UNUSABLE_ANSWER,

        /** Another one in front of it had to be stored first. */
        GAP,

        /** It goes out again under an epoch that was claimed. */
        FENCED
    }
}
