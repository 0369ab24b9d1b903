package io.durablestreams.client.exchange;

/** No answer came. */
final class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean requestSent;
    private final boolean poolExhausted;

    TransportException(Throwable cause, boolean requestSent) {
        this(cause, requestSent, false);
    }

    private TransportException(Throwable cause, boolean requestSent, boolean poolExhausted) {
        super(cause);
        this.requestSent = requestSent;
        this.poolExhausted = poolExhausted;
    }

    /** All connections that there may be are in use, and none became free in time. */
    static TransportException poolExhausted(Throwable cause) {
        return new TransportException(cause, false, true);
    }

    /** Whether bytes of the request may have left, so that the server may have acted on it. */
    boolean requestSent() {
        return requestSent;
    }

    boolean poolExhausted() {
        return poolExhausted;
    }
}
