package io.durablestreams.client;

/** The producer is closed and takes no more messages. */
public class ProducerClosedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    ProducerClosedException(Failure failure) {
        super(failure);
    }
}
