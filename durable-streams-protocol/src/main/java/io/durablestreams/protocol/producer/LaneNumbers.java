package io.durablestreams.protocol.producer;

/**
 * The numbers of one epoch after the other: which one is next, and which ones the server is known to have stored.
 *
 * <p>A server stores the numbers of an epoch without a gap, so one that is acknowledged vouches for all below it. A
 * number is given up when its batch failed with an unknown outcome: the server may have it, or get it yet.
 */
final class LaneNumbers {

    private static final long NONE = -1;

    private long epoch;
    private long next;
    private long lastAcknowledged;
    private long lastGivenUp = NONE;

    /** Starts with a number of an epoch; those below it are stored. */
    LaneNumbers(long epoch, long seq) {
        this.epoch = epoch;
        this.next = seq;
        this.lastAcknowledged = seq - 1;
    }

    long epoch() {
        return epoch;
    }

    /** The number of the next new batch. The server has no append of this lane with it, or above it. */
    long next() {
        return next;
    }

    long lastAcknowledged() {
        return lastAcknowledged;
    }

    /** Whether the server has acknowledged an append of this epoch. */
    boolean isConfirmed() {
        return lastAcknowledged != NONE;
    }

    /** Whether the first number of an unconfirmed epoch may be taken by a batch that was given up. */
    boolean isContested() {
        return !isConfirmed() && lastGivenUp != NONE;
    }

    /** Whether a number above all acknowledged ones was given up. */
    boolean hasUnknown() {
        return lastGivenUp > lastAcknowledged;
    }

    long take() {
        return next++;
    }

    void acknowledged(long seq) {
        lastAcknowledged = Math.max(lastAcknowledged, seq);
    }

    /** A number stays taken, but for the first of an epoch, as a server refuses to begin an epoch with another. */
    void givenUp(long seq) {
        lastGivenUp = Math.max(lastGivenUp, seq);
        if (!isConfirmed()) {
            next = seq;
        }
    }

    /** Whether this is the last number, and was given up, and nothing has been heard of it since. */
    boolean isLastAndUnknown(long ofEpoch, long seq) {
        return ofEpoch == epoch && seq == lastGivenUp && hasUnknown();
    }

    /** Uses the last number for the batch that it was given up with; false if it is not that any more. */
    boolean takeAgain(long ofEpoch, long seq) {
        boolean unknown = isLastAndUnknown(ofEpoch, seq);
        if (unknown) {
            next = seq + 1;
        }
        return unknown;
    }

    /** Goes on behind what is acknowledged; everything above it is known not to be stored. */
    void reuse() {
        next = lastAcknowledged + 1;
    }

    void begin(long newEpoch) {
        epoch = newEpoch;
        next = 0;
        lastAcknowledged = NONE;
        lastGivenUp = NONE;
    }
}
