package io.durablestreams.client.error;

/**
 * The content of the stream cannot be read as the requested type of item. The content type does not fit, a message does
 * not bind to the type, or a message is too large.
 */
public class StreamContentException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamContentException(Failure failure) {
        super(failure);
    }
}
