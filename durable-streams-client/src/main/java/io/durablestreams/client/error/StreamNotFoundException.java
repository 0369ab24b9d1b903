package io.durablestreams.client.error;

/** There is no stream at the URL (404); a retry does not help until somebody creates it. */
public class StreamNotFoundException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public StreamNotFoundException(Failure failure) {
        super(failure);
    }
}
