package io.durablestreams.client.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.error.DurableStreamException;

/**
 * Those who wait until all messages up to a place are settled, and the first failure among these. Used by the tasks of
 * one {@link SerialLoop} only.
 */
final class FlushTracker {

    private static final Logger log = LoggerFactory.getLogger(FlushTracker.class);

    private final List<Flush> flushes = new ArrayList<>();

    /** The first failure since the last flush, which the next one has to tell. */
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

    /** How many failures there were. Any thread may ask. */
    long failures() {
        return failures;
    }

    /**
     * Somebody waits for all messages up to a place; the end is told whether one of them has failed.
     *
     * @param failuresBefore how many failures there were when the wait began: those that have come since are told, whoever
     *     else was told of them
     */
    void await(long lastOrdinal, long failuresBefore, Consumer<@Nullable DurableStreamException> end) {
        add(lastOrdinal, failuresBefore, false, end);
    }

    /** The same, and what comes behind that place has to wait for it. */
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

    /** The place behind which all has to wait, or the greatest number. */
    long barrier() {
        for (Flush flush : flushes) {
            if (flush.barrier) {
                return flush.lastOrdinal;
            }
        }
        return Long.MAX_VALUE;
    }

    /** The messages from one place to another have failed. Those behind the last flush are left for the next one. */
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

    /** The place of the last message that somebody waits for, or 0. */
    long lastOrdinal() {
        return flushes.isEmpty() ? 0 : flushes.get(flushes.size() - 1).lastOrdinal;
    }

    boolean isEmpty() {
        return flushes.isEmpty();
    }

    /**
     * All messages before a place are settled.
     *
     * @param idle whether nothing is under way, which a restart needs: a batch that reaches beyond its place may be under
     *     way in parts
     */
    void settledBefore(long ordinal, boolean idle) {
        List<Flush> complete = flushes.stream()
                .filter(flush -> flush.lastOrdinal < ordinal && (idle || !flush.barrier))
                .toList();
        flushes.removeAll(complete);
        complete.forEach(FlushTracker::end);
    }

    /** What one of those who wait throws must not keep the others from being told. */
    private static void end(Flush flush) {
        try {
            flush.end.accept(flush.failure);
        } catch (Throwable failure) {
            log.error("A subscriber of a producer's flush failed", failure);
        }
    }
}
