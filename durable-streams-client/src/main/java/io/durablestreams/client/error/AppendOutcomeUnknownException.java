package io.durablestreams.client.error;

/**
 * An append was sent, and its answer was lost or is not one of a stream server: it may or may not be in the stream, and is
 * not repeated.
 */
public class AppendOutcomeUnknownException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public AppendOutcomeUnknownException(Failure failure) {
        super(failure);
    }
}
