package io.durablestreams.protocol.producer;

/** The reaction of a producer that cannot continue under its epoch. */
public enum ClaimPolicy {

    /** Fails all outstanding and later batches, so that the application can decide. */
    FAIL,

    /**
     * Claims the next epoch and sends the unacknowledged batches again, in their order. A batch with an unknown outcome
     * may then be stored twice. Its acknowledgement reports this.
     */
    CLAIM
}
