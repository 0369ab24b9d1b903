package io.durablestreams.protocol.sse;

/** A server-sent event is larger than the limit of the reader. */
public final class SseEventTooLargeException extends RuntimeException {

    private final int limit;

    SseEventTooLargeException(int limit) {
        super("A server-sent event is larger than the limit of " + limit
                + " bytes; raise the limit, or let the writer append in smaller pieces");
        this.limit = limit;
    }

    /** Returns the exceeded limit, in bytes. */
    public int limit() {
        return limit;
    }
}
