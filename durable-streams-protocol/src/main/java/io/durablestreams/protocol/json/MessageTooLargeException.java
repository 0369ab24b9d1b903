package io.durablestreams.protocol.json;

/** A message of a JSON stream is larger than the limit of the reader. */
public final class MessageTooLargeException extends RuntimeException {

    private final int limit;

    MessageTooLargeException(int limit) {
        super("A JSON message is larger than the limit of " + limit
                + " bytes; raise the limit, or let the writer append smaller messages");
        this.limit = limit;
    }

    /** Returns the exceeded limit, in bytes. */
    public int limit() {
        return limit;
    }
}
