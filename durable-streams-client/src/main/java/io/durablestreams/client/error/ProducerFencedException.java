package io.durablestreams.client.error;

/**
 * Another incarnation of the producer is writing. Either the server knows a higher epoch (403), or another writer uses
 * the numbers of this epoch. This producer cannot write again.
 */
public class ProducerFencedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final long currentEpoch;

    /**
     * Creates the exception from a description of the failure.
     *
     * @param failure the description
     * @param currentEpoch the epoch that the server knows
     */
    public ProducerFencedException(Failure failure, long currentEpoch) {
        super(failure);
        this.currentEpoch = currentEpoch;
    }

    /** Returns the epoch that the server knows. A writer that takes over needs a higher epoch. */
    public long currentEpoch() {
        return currentEpoch;
    }
}
