package io.durablestreams.client.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException;

/** Counts the accepted messages of a producer that have failed. Used only by tasks of one {@link SerialLoop}. */
final class ProducerLosses {

    private long messages;
    private @Nullable DurableStreamException firstCause;

    /**
     * The messages that have failed since the count was started.
     *
     * @param messages the number of messages
     * @param firstCause the reason of the first failure, or null if there is none
     */
    record Count(long messages, @Nullable DurableStreamException firstCause) {}

    void add(int count, DurableStreamException cause) {
        messages += count;
        firstCause = firstCause != null ? firstCause : cause;
    }

    Count count() {
        return new Count(messages, firstCause);
    }

    /** Restarts the count. Earlier failures were reported when they happened. */
    void begin() {
        messages = 0;
        firstCause = null;
    }
}
