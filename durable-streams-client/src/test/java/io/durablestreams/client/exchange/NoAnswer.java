package io.durablestreams.client.exchange;

/** Failures of a transport, for tests that replace HTTP. */
public final class NoAnswer {

    private NoAnswer() {}

    /** No bytes of the request have left. */
    public static RuntimeException before(Throwable cause) {
        return new TransportException(cause, false);
    }

    /** Bytes of the request may have left. */
    public static RuntimeException after(Throwable cause) {
        return new TransportException(cause, true);
    }

    /** All connections are in use. */
    public static RuntimeException poolExhausted(Throwable cause) {
        return TransportException.poolExhausted(cause);
    }
}
