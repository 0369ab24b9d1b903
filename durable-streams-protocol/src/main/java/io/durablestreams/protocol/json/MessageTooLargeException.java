package io.durablestreams.protocol.json;

/** A message of a JSON stream holds more bytes than the reader is willing to keep in memory. */
public final class MessageTooLargeException extends RuntimeException {

    private final int limit;

    MessageTooLargeException(int limit) {
        super("A JSON message is larger than the limit of " + limit
                + " bytes; raise the limit, or let the writer append smaller messages");
        this.limit = limit;
    }

    /** The limit that was exceeded, in bytes. */
    public int limit() {
        return limit;
    }
}
