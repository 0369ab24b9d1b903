package io.durablestreams.client.error;

/** The stream is deleted while forks depend on it, or the server no longer has the data at the offset (410). */
public class StreamGoneException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamGoneException(Failure failure) {
        super(failure);
    }
}
