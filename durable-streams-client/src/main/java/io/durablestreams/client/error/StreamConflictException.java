package io.durablestreams.client.error;

/** The request contradicts the stream (409): another configuration or content type, or a stale {@code Stream-Seq}. */
public class StreamConflictException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public StreamConflictException(Failure failure) {
        super(failure);
    }
}
