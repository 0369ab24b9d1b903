package io.durablestreams.protocol.producer;

/** The reaction of a producer that cannot continue under its epoch. */
public enum ClaimPolicy {

    /** Fail all outstanding and later messages, so that the application decides. */
    FAIL,

    /**
     * Claim the next epoch, and send all unacknowledged batches again in their order. A batch whose outcome was unknown
     * may then be stored twice. Its acknowledgement reports that.
     */
    CLAIM
}
