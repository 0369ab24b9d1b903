package io.durablestreams.client.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.error.DurableStreamException;

/**
 * Tracks flushes. A flush waits until all messages up to an ordinal are settled, and receives the first failure among
 * them. Used only by tasks of one {@link SerialLoop}.
 */
final class FlushTracker {

    private static final Logger log = LoggerFactory.getLogger(FlushTracker.class);

    private final List<Flush> flushes = new ArrayList<>();

    /** The first failure since the last flush, for the next flush. */
    private @Nullable DurableStreamException unreported;

    private @Nullable DurableStreamException latest;
    private volatile long failures;

    private static final class Flush {

        private final long lastOrdinal;
        private final boolean barrier;
        private final Consumer<@Nullable DurableStreamException> end;
        private @Nullable DurableStreamException failure;

        Flush(
                long lastOrdinal,
                boolean barrier,
                Consumer<@Nullable DurableStreamException> end,
                @Nullable DurableStreamException failure) {
            this.lastOrdinal = lastOrdinal;
            this.barrier = barrier;
            this.end = end;
            this.failure = failure;
        }
    }

    /** Returns the number of failures. May be called on any thread. */
    long failures() {
        return failures;
    }

    /**
     * Adds a flush of all messages up to an ordinal.
     *
     * @param failuresBefore the number of failures when the flush was requested. Later failures are reported to the
     *     flush, even if they were also reported to others
     * @param end receives the first failure, or null if there is none
     */
    void await(long lastOrdinal, long failuresBefore, Consumer<@Nullable DurableStreamException> end) {
        add(lastOrdinal, failuresBefore, false, end);
    }

    /** Adds a flush that later messages must wait for. See {@link #await}. */
    void awaitRestart(long lastOrdinal, long failuresBefore, Consumer<@Nullable DurableStreamException> end) {
        add(lastOrdinal, failuresBefore, true, end);
    }

    private void add(
            long lastOrdinal, long failuresBefore, boolean barrier, Consumer<@Nullable DurableStreamException> end) {
        DurableStreamException missed = failures > failuresBefore ? latest : null;
        flushes.add(new Flush(lastOrdinal, barrier, end, unreported != null ? unreported : missed));
        unreported = null;
    }

    boolean hasBarrier() {
        return barrier() != Long.MAX_VALUE;
    }

    /** Returns the ordinal after which all messages must wait, or {@link Long#MAX_VALUE}. */
    long barrier() {
        for (Flush flush : flushes) {
            if (flush.barrier) {
                return flush.lastOrdinal;
            }
        }
        return Long.MAX_VALUE;
    }

    /** A range of messages has failed. A failure after the last flush is kept for the next flush. */
    void failed(long first, long last, DurableStreamException cause) {
        boolean awaited = false;
        for (Flush flush : flushes) {
            if (first <= flush.lastOrdinal) {
                flush.failure = flush.failure != null ? flush.failure : cause;
            }
            awaited |= last <= flush.lastOrdinal;
        }
        if (!awaited && unreported == null) {
            unreported = cause;
        }
        latest = cause;
        failures = failures + 1;
    }

    /** Returns the ordinal of the last message that a flush awaits, or 0. */
    long lastOrdinal() {
        return flushes.isEmpty() ? 0 : flushes.get(flushes.size() - 1).lastOrdinal;
    }

    boolean isEmpty() {
        return flushes.isEmpty();
    }

    /**
     * All messages before an ordinal are settled.
     *
     * @param idle whether no batch is in flight, which a restart requires. A batch that extends beyond the ordinal may
     *     be partly in flight
     */
    void settledBefore(long ordinal, boolean idle) {
        List<Flush> complete = flushes.stream()
                .filter(flush -> flush.lastOrdinal < ordinal && (idle || !flush.barrier))
                .toList();
        flushes.removeAll(complete);
        complete.forEach(FlushTracker::end);
    }

    /** An exception of one subscriber must not affect the others. */
    private static void end(Flush flush) {
        try {
            flush.end.accept(flush.failure);
        } catch (Throwable failure) {
            log.error("A subscriber of a producer's flush failed", failure);
        }
    }
}
