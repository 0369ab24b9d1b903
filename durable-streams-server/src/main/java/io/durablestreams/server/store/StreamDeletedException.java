package io.durablestreams.server.store;

/**
 * The stream was deleted or has expired, but is kept because forks depend on it. The server answers with 410, and with
 * 409 to a request that creates a stream.
 */
public final class StreamDeletedException extends StreamStoreException {

    /** Creates an exception for a path. */
    public StreamDeletedException(String path) {
        super("The stream at " + path + " was deleted; only its forks can still be read");
    }
}
