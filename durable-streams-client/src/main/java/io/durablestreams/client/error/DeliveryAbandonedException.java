package io.durablestreams.client.error;

import java.time.Duration;

/**
 * A message was accepted, and its producer was given up before the message was acknowledged: the client was disposed, or
 * the time for {@link io.durablestreams.client.DurableStreamClient#closeProducers(Duration)} was over. The cause is the last failure, if there was
 * one.
 */
public class DeliveryAbandonedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final boolean possiblyStored;

    public DeliveryAbandonedException(Failure failure, boolean possiblyStored) {
        super(failure);
        this.possiblyStored = possiblyStored;
    }

    /** Whether the message may be in the stream, now or later: false means that it is not, and never will be. */
    public boolean possiblyStored() {
        return possiblyStored;
    }
}
