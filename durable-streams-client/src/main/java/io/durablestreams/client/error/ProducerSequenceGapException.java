package io.durablestreams.client.error;

/**
 * The server misses appends in front of this one (409 with {@code Producer-Expected-Seq}). For an
 * {@link io.durablestreams.client.producer.IdempotentProducer} they are such as it had acknowledged: it lost the state of the producer, or the stream was
 * created anew. That producer can write no more, unless {@link io.durablestreams.client.producer.ProducerSettings#withOnSequenceGap onSequenceGap}
 * lets it claim the next epoch. A writer that keeps its own numbers goes on with the one that is expected.
 */
public class ProducerSequenceGapException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final long expectedSeq;
    private final long receivedSeq;

    public ProducerSequenceGapException(Failure failure, long expectedSeq, long receivedSeq) {
        super(failure);
        this.expectedSeq = expectedSeq;
        this.receivedSeq = receivedSeq;
    }

    /** Returns the sequence number that the server expects next. */
    public long expectedSeq() {
        return expectedSeq;
    }

    /** Returns the sequence number that was sent. */
    public long receivedSeq() {
        return receivedSeq;
    }
}
