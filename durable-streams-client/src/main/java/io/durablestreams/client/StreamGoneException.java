package io.durablestreams.client;

/** The stream is deleted while forks depend on it, or the offset lies before what the server has kept (410). */
public class StreamGoneException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    StreamGoneException(Failure failure) {
        super(failure);
    }
}
