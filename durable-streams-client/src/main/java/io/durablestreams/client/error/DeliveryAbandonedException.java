package io.durablestreams.client.error;

import java.time.Duration;

/**
 * A producer was abandoned before an accepted message was acknowledged. Either the client was disposed, or the timeout
 * of {@link io.durablestreams.client.DurableStreamClient#closeProducers(Duration)} expired. The cause is the last
 * failure, if there was one.
 */
public class DeliveryAbandonedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final boolean possiblyStored;

    /**
     * Creates the exception from a description of the failure.
     *
     * @param failure the description
     * @param possiblyStored whether the message may be in the stream
     */
    public DeliveryAbandonedException(Failure failure, boolean possiblyStored) {
        super(failure);
        this.possiblyStored = possiblyStored;
    }

    /**
     * Returns whether the message may be in the stream, now or later. False means that the message is not in the stream
     * and never will be.
     */
    public boolean possiblyStored() {
        return possiblyStored;
    }
}
