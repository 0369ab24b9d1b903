package io.durablestreams.client.error;

/**
 * The response violates the protocol. A header is missing, the content cannot be parsed, or the response is not from a
 * stream server.
 */
public class StreamProtocolException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamProtocolException(Failure failure) {
        super(failure);
    }
}
