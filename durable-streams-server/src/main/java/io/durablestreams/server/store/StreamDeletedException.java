package io.durablestreams.server.store;

/** The stream was deleted or has expired, but is kept because forks depend on it. */
public final class StreamDeletedException extends StreamStoreException {

    public StreamDeletedException(String path) {
        super("The stream at " + path + " was deleted; only its forks can still be read");
    }
}
