package io.durablestreams.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The server's word that an append is stored.
 *
 * @param nextOffset the tail behind the append; absent for a {@link Outcome#DUPLICATE duplicate}, whose answer does not
 *     tell where the first attempt ended
 * @param outcome how sure this is
 * @param sequence the producer's number of the append; absent for a plain append
 */
public record AppendReceipt(
        @Nullable Offset nextOffset,
        Outcome outcome,
        @Nullable ProducerSequence sequence) {

    /** What an acknowledgement says about the append. */
    public enum Outcome {

        /** This request stored the append. */
        STORED,

        /** An earlier attempt of the same append had stored it already. */
        DUPLICATE,

        /**
         * Stored under a new epoch after an earlier attempt, under the old one, had an unknown outcome: the append may
         * be in the stream twice.
         */
        POSSIBLY_REPEATED
    }
}
