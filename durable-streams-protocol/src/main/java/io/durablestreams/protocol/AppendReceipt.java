package io.durablestreams.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The server's confirmation that an append is stored.
 *
 * @param nextOffset the tail of the stream after the append; null for a {@link Outcome#DUPLICATE duplicate}, because
 *     the server does not report where the first attempt ended
 * @param outcome how the append came to be stored
 * @param sequence the producer's number of the append; null for a plain append
 */
public record AppendReceipt(
        @Nullable Offset nextOffset,
        Outcome outcome,
        @Nullable ProducerSequence sequence) {

    /** How the append came to be stored. */
    public enum Outcome {

        /** This request stored the append. */
        STORED,

        /** An earlier attempt at the same append had already stored it. */
        DUPLICATE,

        /**
         * The append is stored, but the producer has changed its numbering, usually its epoch, after an attempt with an
         * unknown outcome. The stream may contain the append twice.
         */
        POSSIBLY_REPEATED
    }
}
