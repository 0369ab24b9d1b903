package io.durablestreams.protocol.producer;

import io.durablestreams.protocol.ProducerSequence;

/**
 * What a server remembers of one producer on one stream (protocol §5.2.1). It lives as long as the stream does and
 * survives the close.
 *
 * @param epoch the highest epoch that had an append accepted
 * @param lastSeq the number of the last append accepted within that epoch
 */
public record ProducerState(long epoch, long lastSeq) {

    /** Returns the state that an accepted append leaves behind. */
    static ProducerState after(ProducerSequence accepted) {
        return new ProducerState(accepted.epoch(), accepted.seq());
    }
}
