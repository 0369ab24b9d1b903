package io.durablestreams.client.error;

/** The buffer of the producer stayed full: the server is slower than the application, or out of reach. */
public class ProducerBufferFullException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public ProducerBufferFullException(Failure failure) {
        super(failure);
    }
}
