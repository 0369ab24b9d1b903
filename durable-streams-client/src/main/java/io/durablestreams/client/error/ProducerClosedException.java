package io.durablestreams.client.error;

/** The producer is closed and takes no more messages. */
public class ProducerClosedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public ProducerClosedException(Failure failure) {
        super(failure);
    }
}
