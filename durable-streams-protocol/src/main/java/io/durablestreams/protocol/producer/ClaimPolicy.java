package io.durablestreams.protocol.producer;

/** What a producer does when it cannot go on under its epoch. */
public enum ClaimPolicy {

    /** Fail what is outstanding and all that comes later, so that the application decides. */
    FAIL,

    /**
     * Claim the next epoch and send what is not acknowledged once more, in its order. A batch with an unknown outcome may
     * be stored twice by that, which its acknowledgement says.
     */
    CLAIM
}
