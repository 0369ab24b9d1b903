package io.durablestreams.client.error;

/**
 * Another incarnation of the producer is at work: the server knows a higher epoch (403), or the numbers of this epoch
 * are taken by somebody else. This producer can write no more.
 */
public class ProducerFencedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final long currentEpoch;

    public ProducerFencedException(Failure failure, long currentEpoch) {
        super(failure);
        this.currentEpoch = currentEpoch;
    }

    /** Returns the epoch that the server holds; a writer that takes over needs a higher one. */
    public long currentEpoch() {
        return currentEpoch;
    }
}
