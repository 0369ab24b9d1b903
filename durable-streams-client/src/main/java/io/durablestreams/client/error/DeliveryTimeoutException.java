package io.durablestreams.client.error;

/**
 * A message was not acknowledged within the producer's delivery timeout. The cause is the last failure, if there was
 * one.
 */
public class DeliveryTimeoutException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public DeliveryTimeoutException(Failure failure) {
        super(failure);
    }
}
