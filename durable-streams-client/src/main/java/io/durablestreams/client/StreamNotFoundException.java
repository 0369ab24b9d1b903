package io.durablestreams.client;

/** There is no stream at the URL (404); a retry does not help until somebody creates it. */
public class StreamNotFoundException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    StreamNotFoundException(Failure failure) {
        super(failure);
    }
}
