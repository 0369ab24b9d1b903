package io.durablestreams.client.error;

/** The buffer of the producer stayed full. The server is slower than the application, or it cannot be reached. */
public class ProducerBufferFullException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public ProducerBufferFullException(Failure failure) {
        super(failure);
    }
}
