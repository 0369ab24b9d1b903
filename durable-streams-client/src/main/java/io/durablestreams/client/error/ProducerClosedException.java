package io.durablestreams.client.error;

/** The producer is closed and does not accept messages. */
public class ProducerClosedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public ProducerClosedException(Failure failure) {
        super(failure);
    }
}
