package io.durablestreams.client.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException;

/** Counts the accepted messages of a producer that have failed. Used by tasks of one {@link SerialLoop} only. */
final class ProducerLosses {

    private long messages;
    private @Nullable DurableStreamException firstCause;

    /**
     * The messages that have failed since the count has begun.
     *
     * @param messages how many
     * @param firstCause why the first of them has failed, or null if there is none
     */
    record Count(long messages, @Nullable DurableStreamException firstCause) {}

    void add(int count, DurableStreamException cause) {
        messages += count;
        firstCause = firstCause != null ? firstCause : cause;
    }

    Count count() {
        return new Count(messages, firstCause);
    }

    /** Begins anew: failures so far have been reported as they happened. */
    void begin() {
        messages = 0;
        firstCause = null;
    }
}
