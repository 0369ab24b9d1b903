package io.durablestreams.server.store;

/** A fork cannot begin at the requested position of its source. The server answers with 400. */
public final class InvalidForkException extends StreamStoreException {

    /** Creates an exception for the path of the source. */
    public InvalidForkException(String source, String reason) {
        super("The stream at " + source + " cannot be forked there: " + reason);
    }
}
