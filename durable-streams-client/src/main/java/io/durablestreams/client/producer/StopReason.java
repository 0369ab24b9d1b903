package io.durablestreams.client.producer;

import io.durablestreams.client.error.DeliveryAbandonedException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamRequestException;

/**
 * The reason why a producer permanently accepts no messages.
 *
 * @param producerId the identity of the producer
 * @param cause the cause with which its lane has stopped
 */
record StopReason(String producerId, DurableStreamException cause) {

    /**
     * Returns a new exception for a refused message. It has the type of the cause. Each caller receives its own
     * instance, because callers may add their position to an exception.
     */
    DurableStreamException refusal() {
        Failure failure = new Failure(
                StreamOperation.APPEND,
                cause.url(),
                cause.status(),
                "the producer '" + producerId + "' has stopped, and nothing was sent: " + cause.reason(),
                cause);
        if (cause instanceof StreamClosedException closed) {
            return new StreamClosedException(failure, closed.finalOffset());
        }
        if (cause instanceof ProducerFencedException fenced) {
            return new ProducerFencedException(failure, fenced.currentEpoch());
        }
        if (cause instanceof ProducerSequenceGapException gap) {
            return new ProducerSequenceGapException(failure, gap.expectedSeq(), gap.receivedSeq());
        }
        if (cause instanceof DeliveryAbandonedException) {
            return new ProducerClosedException(failure);
        }
        if (cause instanceof StreamNotFoundException) {
            return new StreamNotFoundException(failure);
        }
        if (cause instanceof StreamGoneException) {
            return new StreamGoneException(failure);
        }
        if (cause instanceof StreamConflictException) {
            return new StreamConflictException(failure);
        }
        return new StreamRequestException(failure);
    }
}
