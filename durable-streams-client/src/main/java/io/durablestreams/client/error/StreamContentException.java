package io.durablestreams.client.error;

/**
 * What the stream holds cannot be read as the type of item that was asked for: its content type is another one, or a
 * message does not bind to the type.
 */
public class StreamContentException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public StreamContentException(Failure failure) {
        super(failure);
    }
}
