package io.durablestreams.protocol.producer;

import io.durablestreams.protocol.ProducerSequence;

/**
 * The state that a server keeps for one producer on one stream (protocol §5.2.1), also after the stream is closed.
 *
 * @param epoch the highest epoch with an accepted append
 * @param lastSeq the number of the last accepted append in that epoch
 */
public record ProducerState(long epoch, long lastSeq) {

    /** Returns the state after an accepted append. */
    static ProducerState after(ProducerSequence accepted) {
        return new ProducerState(accepted.epoch(), accepted.seq());
    }
}
