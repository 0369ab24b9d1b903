package io.durablestreams.client.exchange;

/** There was no response. */
final class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean requestSent;
    private final boolean poolExhausted;

    /**
     * Creates the exception.
     *
     * @param cause the failure of the HTTP library
     * @param requestSent whether the request may have been sent
     */
    TransportException(Throwable cause, boolean requestSent) {
        this(cause, requestSent, false);
    }

    private TransportException(Throwable cause, boolean requestSent, boolean poolExhausted) {
        super(cause);
        this.requestSent = requestSent;
        this.poolExhausted = poolExhausted;
    }

    /** Returns the exception for a pool whose connections were all in use, and of which none became free in time. */
    static TransportException poolExhausted(Throwable cause) {
        return new TransportException(cause, false, true);
    }

    /** Returns whether bytes of the request may have been sent, so that the server may have executed it. */
    boolean requestSent() {
        return requestSent;
    }

    boolean poolExhausted() {
        return poolExhausted;
    }
}
