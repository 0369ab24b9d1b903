package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

/**
 * A renumbering that begins when no batch is in flight.
 *
 * @param epoch the epoch to continue under: the current epoch if possible, or a later one
 * @param freeSeq the first number that is not stored and never will be, or {@link #NO_SEQ}; within the current epoch,
 *     batches with lower numbers may still be sent before the renumbering
 */
record LaneRecovery(long epoch, long freeSeq) {

    private static final long NO_SEQ = Long.MAX_VALUE;

    /** Renumbers from a free number on, under the epoch of an earlier recovery or else the current epoch. */
    static LaneRecovery from(long freeSeq, long presentEpoch, @Nullable LaneRecovery before) {
        return before == null
                ? new LaneRecovery(presentEpoch, freeSeq)
                : new LaneRecovery(before.epoch, Math.min(before.freeSeq, freeSeq));
    }

    /** Renumbers under this epoch, from the free number of an earlier recovery on. */
    static LaneRecovery under(long epoch, @Nullable LaneRecovery before) {
        return new LaneRecovery(epoch, before == null ? NO_SEQ : before.freeSeq);
    }
}
