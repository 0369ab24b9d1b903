package io.durablestreams.client.error;

/**
 * An append was sent, and its response was lost or is not from a stream server. The message may or may not be in the
 * stream. The client does not repeat the append.
 */
public class AppendOutcomeUnknownException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public AppendOutcomeUnknownException(Failure failure) {
        super(failure);
    }
}
