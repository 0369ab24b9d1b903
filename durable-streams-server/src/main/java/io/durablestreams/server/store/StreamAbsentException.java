package io.durablestreams.server.store;

/** No stream exists at the path: it was never created, was deleted, or has expired. The server answers with 404. */
public final class StreamAbsentException extends StreamStoreException {

    /** Creates an exception for a path. */
    public StreamAbsentException(String path) {
        super("There is no stream at " + path);
    }
}
