package io.durablestreams.client.metrics;

import java.net.URI;
import java.time.Duration;

/**
 * Records the activity of the readers of a client.
 *
 * <p>The methods are called while reading, on event loop threads and concurrently for many streams. They must be fast
 * and must not block. Exceptions are caught, and the first is logged. All methods default to no-ops. Each method
 * receives the URL of the stream.
 */
public interface ReadMetricsRecorder {

    /** Records nothing. */
    ReadMetricsRecorder NONE = new ReadMetricsRecorder() {};

    /**
     * A reader has caught up and becomes live.
     *
     * @param url the stream
     */
    default void liveReadStarted(URI url) {}

    /**
     * A live reader has completed, was cancelled or has failed.
     *
     * @param url the stream
     */
    default void liveReadEnded(URI url) {}

    /**
     * A live read fails with a {@link io.durablestreams.client.error.LiveConnectionsExhaustedException}, because all
     * connections for live reads are in use.
     *
     * @param url the stream
     */
    default void liveConnectionsExhausted(URI url) {}

    /**
     * Bytes of a response have arrived. They may be from the cache.
     *
     * @param url the stream
     * @param bytes the number of bytes
     */
    default void bytesReceived(URI url, int bytes) {}

    /**
     * A batch is delivered to the subscriber.
     *
     * @param url the stream
     * @param items the number of items in the batch, which may be 0
     */
    default void batchRead(URI url, int items) {}

    /**
     * The server has reported that there is no further data. A live reader calls this repeatedly.
     *
     * @param url the stream
     */
    default void upToDate(URI url) {}

    /**
     * The read reconnects after its previous request failed or was ended early.
     *
     * @param url the stream
     * @param cause the reason for the reconnect
     * @param delay the wait before the request
     */
    default void reconnecting(URI url, Cause cause, Duration delay) {}

    /** The reason why a reader reconnects. */
    enum Cause {

        /** The request failed, was interrupted, timed out or became silent. */
        FAILURE,

        /** The server ended an SSE connection, as servers do regularly. */
        ROTATION,

        /**
         * More data arrived over SSE without a control event than the reader keeps. The reader reads this data again by
         * catching up.
         */
        OVERFLOW,

        /**
         * The server no longer has the position. The read restarts as {@link
         * io.durablestreams.client.reader.ReaderSettings#withWhenGone whenGone} says.
         */
        GONE,

        /**
         * The stream was recreated. The read restarts as {@link
         * io.durablestreams.client.reader.ReaderSettings#withWhenRecreated whenRecreated} says.
         */
        RECREATED,

        /** A {@link io.durablestreams.client.reader.ReadRecovery} continues the read. */
        RECOVERY
    }
}
