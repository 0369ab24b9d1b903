package io.durablestreams.client;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * Those who wait until all messages up to a place are settled, and the first failure among these. Used by the tasks of
 * one {@link SerialLoop} only.
 */
final class FlushTracker {

    private final List<Flush> flushes = new ArrayList<>();

    /** The first failure since the last flush, which the next one has to tell. */
    private @Nullable DurableStreamException unreported;

    private static final class Flush {

        private final long lastOrdinal;
        private final MonoSink<Void> sink;
        private @Nullable DurableStreamException failure;

        Flush(long lastOrdinal, MonoSink<Void> sink, @Nullable DurableStreamException failure) {
            this.lastOrdinal = lastOrdinal;
            this.sink = sink;
            this.failure = failure;
        }

        void complete() {
            if (failure == null) {
                sink.success();
            } else {
                sink.error(failure);
            }
        }
    }

    /** Somebody waits for all messages up to a place. */
    void await(long lastOrdinal, MonoSink<Void> sink) {
        flushes.add(new Flush(lastOrdinal, sink, unreported));
        unreported = null;
    }

    /** The message at a place has failed, or a batch that begins there. */
    void failed(long ordinal, DurableStreamException cause) {
        boolean awaited = false;
        for (Flush flush : flushes) {
            if (ordinal <= flush.lastOrdinal) {
                flush.failure = flush.failure != null ? flush.failure : cause;
                awaited = true;
            }
        }
        if (!awaited && unreported == null) {
            unreported = cause;
        }
    }

    /** The place of the last message that somebody waits for, or 0. */
    long lastOrdinal() {
        return flushes.isEmpty() ? 0 : flushes.get(flushes.size() - 1).lastOrdinal;
    }

    boolean isEmpty() {
        return flushes.isEmpty();
    }

    /** All messages before a place are settled. */
    void settledBefore(long ordinal) {
        List<Flush> complete =
                flushes.stream().filter(flush -> flush.lastOrdinal < ordinal).toList();
        flushes.removeAll(complete);
        complete.forEach(Flush::complete);
    }
}
