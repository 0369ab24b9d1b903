package io.durablestreams.client.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException;

/**
 * Counts the accepted messages of a producer that have failed. Several closings may count at the same time, each from its
 * own beginning. Used only by tasks of one {@link SerialLoop}.
 */
final class ProducerLosses {

    private Loss latest = new Loss(0, null);

    /** A loss, which is also a moment from which later losses can be counted. It refers only to later losses. */
    static final class Loss {

        private final long total;
        private final @Nullable DurableStreamException cause;
        private @Nullable Loss next;

        private Loss(long total, @Nullable DurableStreamException cause) {
            this.total = total;
            this.cause = cause;
        }
    }

    /**
     * The messages that have failed since a moment.
     *
     * @param messages the number of messages
     * @param firstCause the reason of the first failure, or null if there is none
     */
    record Count(long messages, @Nullable DurableStreamException firstCause) {}

    void add(int count, DurableStreamException cause) {
        Loss loss = new Loss(latest.total + count, cause);
        latest.next = loss;
        latest = loss;
    }

    /** Returns the present moment. Earlier failures were reported when they happened. */
    Loss now() {
        return latest;
    }

    Count since(Loss moment) {
        return new Count(latest.total - moment.total, moment.next == null ? null : moment.next.cause);
    }
}
