package io.durablestreams.client.error;

/** The stream is deleted while forks depend on it, or the offset lies before what the server has kept (410). */
public class StreamGoneException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public StreamGoneException(Failure failure) {
        super(failure);
    }
}
