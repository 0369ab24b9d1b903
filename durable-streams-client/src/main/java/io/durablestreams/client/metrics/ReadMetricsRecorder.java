package io.durablestreams.client.metrics;

import java.net.URI;
import java.time.Duration;

/**
 * Hears what the readers of a client do, to be counted and measured.
 *
 * <p>The methods are called in the middle of reading, on event loop threads and for many streams at the same time: they
 * must be quick and must not block. What they throw goes no further; the first time, it is logged. All do nothing unless
 * they are implemented. The URL is that of the stream.
 */
public interface ReadMetricsRecorder {

    /** Records nothing. */
    ReadMetricsRecorder NONE = new ReadMetricsRecorder() {};

    /** A read has caught up and goes live. */
    default void liveReadStarted(URI url) {}

    /** A read that was live has ended, was cancelled or has failed. */
    default void liveReadEnded(URI url) {}

    /**
     * A live read ends with a {@link io.durablestreams.client.error.LiveConnectionsExhaustedException}, because all connections for live reads are in
     * use.
     */
    default void liveConnectionsExhausted(URI url) {}

    /** A part of an answer has come, of so many bytes; they may be from the cache. */
    default void bytesReceived(URI url, int bytes) {}

    /** A batch of so many items, maybe none, is handed to the subscriber. */
    default void batchRead(URI url, int items) {}

    /** The server has said that there was nothing more; a live read hears it again and again. */
    default void upToDate(URI url) {}

    /**
     * Another request follows although the one before did not end as it should or could have gone on.
     *
     * @param url the stream
     * @param cause why
     * @param delay the wait before
     */
    default void reconnecting(URI url, Cause cause, Duration delay) {}

    /** Why a reader makes another request. */
    enum Cause {

        /** The request failed, was cut, timed out or fell silent. */
        FAILURE,

        /** The server ended an SSE connection, as servers do from time to time. */
        ROTATION,

        /** More came over SSE without a control event than is kept; the rest is read by catching up. */
        OVERFLOW,

        /** The position is gone, and the read starts again by {@link io.durablestreams.client.reader.ReaderSettings#withWhenGone whenGone}. */
        GONE,

        /** The stream was recreated, and the read starts again by {@link io.durablestreams.client.reader.ReaderSettings#withWhenRecreated whenRecreated}. */
        RECREATED,

        /** A {@link io.durablestreams.client.reader.ReadRecovery} lets the read go on. */
        RECOVERY
    }
}
