package io.durablestreams.server.store;

/** There is no stream at the path: it was never created, was deleted, or has expired. */
public final class StreamAbsentException extends StreamStoreException {

    public StreamAbsentException(String path) {
        super("There is no stream at " + path);
    }
}
