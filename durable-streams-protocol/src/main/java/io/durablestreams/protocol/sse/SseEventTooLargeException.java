package io.durablestreams.protocol.sse;

/** An event of an event stream holds more bytes than the reader is willing to keep in memory. */
public final class SseEventTooLargeException extends RuntimeException {

    private final int limit;

    SseEventTooLargeException(int limit) {
        super("A server-sent event is larger than the limit of " + limit
                + " bytes; raise the limit, or let the writer append in smaller pieces");
        this.limit = limit;
    }

    /** The limit that was exceeded, in bytes. */
    public int limit() {
        return limit;
    }
}
