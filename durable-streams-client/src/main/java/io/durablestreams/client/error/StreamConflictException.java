package io.durablestreams.client.error;

/**
 * The request contradicts the stream (409). The configuration or the content type differs, or the {@code Stream-Seq} is
 * stale.
 */
public class StreamConflictException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamConflictException(Failure failure) {
        super(failure);
    }
}
