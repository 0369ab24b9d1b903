package io.durablestreams.client.error;

/** A message was not acknowledged within the producer's delivery timeout; the cause is the last failure. */
public class DeliveryTimeoutException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public DeliveryTimeoutException(Failure failure) {
        super(failure);
    }
}
