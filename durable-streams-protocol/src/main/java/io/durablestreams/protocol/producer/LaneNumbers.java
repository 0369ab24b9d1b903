package io.durablestreams.protocol.producer;

/**
 * The numbers of the current epoch: the next number, and the numbers that are known to be stored.
 *
 * <p>A server stores the numbers of an epoch without gaps, so an acknowledged number proves that all lower numbers are
 * stored. A number is given up when its batch has failed with an unknown outcome: the server may store it, now or
 * later.
 */
final class LaneNumbers {

    private static final long NONE = -1;

    private long epoch;
    private long next;
    private long lastAcknowledged;
    private long lastGivenUp = NONE;

    /** Starts with a number of an epoch. All lower numbers are stored. */
    LaneNumbers(long epoch, long seq) {
        this.epoch = epoch;
        this.next = seq;
        this.lastAcknowledged = seq - 1;
    }

    long epoch() {
        return epoch;
    }

    /** Returns the number of the next new batch, which is unused unless it is {@linkplain #isContested contested}. */
    long next() {
        return next;
    }

    long lastAcknowledged() {
        return lastAcknowledged;
    }

    /** Returns whether the server has acknowledged an append of this epoch. */
    boolean isConfirmed() {
        return lastAcknowledged != NONE;
    }

    /** Returns whether a batch that was given up may have the first number of this unconfirmed epoch. */
    boolean isContested() {
        return !isConfirmed() && lastGivenUp != NONE;
    }

    /** Returns whether a number above all acknowledged numbers was given up. */
    boolean hasUnknown() {
        return lastGivenUp > lastAcknowledged;
    }

    /** Takes the next number for a new batch. */
    long take() {
        return next++;
    }

    /** Records that a number and all lower ones are stored. */
    void acknowledged(long seq) {
        lastAcknowledged = Math.max(lastAcknowledged, seq);
    }

    /**
     * Gives up a number. It is not used again, except if it is the first number of an unconfirmed epoch: a server
     * accepts no other number as the first.
     */
    void givenUp(long seq) {
        lastGivenUp = Math.max(lastGivenUp, seq);
        if (!isConfirmed()) {
            next = seq;
        }
    }

    /** Returns whether this is the highest number that was given up in this epoch, and its outcome is still unknown. */
    boolean isLastAndUnknown(long ofEpoch, long seq) {
        return ofEpoch == epoch && seq == lastGivenUp && hasUnknown();
    }

    /** Takes a number again for the batch that had it, if {@link #isLastAndUnknown}. Returns whether it did so. */
    boolean takeAgain(long ofEpoch, long seq) {
        boolean unknown = isLastAndUnknown(ofEpoch, seq);
        if (unknown) {
            next = seq + 1;
        }
        return unknown;
    }

    /** Continues after the last acknowledged number. Higher numbers must be known not to be stored, or contested. */
    void reuse() {
        next = lastAcknowledged + 1;
    }

    /** Begins a new epoch, with number 0. */
    void begin(long newEpoch) {
        epoch = newEpoch;
        next = 0;
        lastAcknowledged = NONE;
        lastGivenUp = NONE;
    }
}
