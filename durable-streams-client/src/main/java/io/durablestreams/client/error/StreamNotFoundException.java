package io.durablestreams.client.error;

/** There is no stream at the URL (404). A retry does not help until the stream is created. */
public class StreamNotFoundException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamNotFoundException(Failure failure) {
        super(failure);
    }
}
