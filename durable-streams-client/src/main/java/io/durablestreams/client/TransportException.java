package io.durablestreams.client;

/** No answer came. */
final class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean requestSent;

    TransportException(Throwable cause, boolean requestSent) {
        super(cause);
        this.requestSent = requestSent;
    }

    /** Whether bytes of the request may have left, so that the server may have acted on it. */
    boolean requestSent() {
        return requestSent;
    }
}
