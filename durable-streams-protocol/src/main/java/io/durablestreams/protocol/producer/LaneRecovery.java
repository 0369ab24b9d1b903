package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

/**
 * A new numbering that is due when nothing is in flight.
 *
 * @param epoch the epoch to go on under: the present one, if possible, or a later one
 * @param freeSeq the first number that is certainly not stored and never will be, or {@link #NO_SEQ}. In the present
 *     epoch, batches in front of it go on, and those behind wait
 */
record LaneRecovery(long epoch, long freeSeq) {

    private static final long NO_SEQ = Long.MAX_VALUE;

    /** Goes on under the epoch of the recovery before, or else the present one. */
    static LaneRecovery from(long freeSeq, long presentEpoch, @Nullable LaneRecovery before) {
        return before == null
                ? new LaneRecovery(presentEpoch, freeSeq)
                : new LaneRecovery(before.epoch, Math.min(before.freeSeq, freeSeq));
    }

    static LaneRecovery under(long epoch, @Nullable LaneRecovery before) {
        return new LaneRecovery(epoch, before == null ? NO_SEQ : before.freeSeq);
    }
}
