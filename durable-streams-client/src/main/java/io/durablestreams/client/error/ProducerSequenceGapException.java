package io.durablestreams.client.error;

/**
 * The server misses appends before this one (409 with {@code Producer-Expected-Seq}).
 *
 * <ul>
 *   <li>For an {@link io.durablestreams.client.producer.IdempotentProducer}, the server had acknowledged the missing
 *       appends. It has lost the state of the producer, or the stream was recreated. The producer cannot write again,
 *       unless {@link io.durablestreams.client.producer.ProducerSettings#withOnSequenceGap onSequenceGap} lets it claim
 *       the next epoch.
 *   <li>A writer that assigns its own numbers resumes with {@link #expectedSeq()}.
 * </ul>
 */
public class ProducerSequenceGapException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final long expectedSeq;
    private final long receivedSeq;

    /**
     * Creates the exception from a description of the failure.
     *
     * @param failure the description
     * @param expectedSeq the sequence number that the server expects next
     * @param receivedSeq the sequence number that was sent, or -1 if it is not known
     */
    public ProducerSequenceGapException(Failure failure, long expectedSeq, long receivedSeq) {
        super(failure);
        this.expectedSeq = expectedSeq;
        this.receivedSeq = receivedSeq;
    }

    /** Returns the sequence number that the server expects next. */
    public long expectedSeq() {
        return expectedSeq;
    }

    /** Returns the sequence number that was sent, or -1 if it is not known. */
    public long receivedSeq() {
        return receivedSeq;
    }
}
