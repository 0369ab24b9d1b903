package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/** The store has not issued the offset for the stream. The server answers with 400. */
public final class InvalidOffsetException extends StreamStoreException {

    /** Creates an exception for an offset and the path of the stream. */
    public InvalidOffsetException(String path, Offset offset) {
        super("Offset '" + offset + "' is none that this server has handed out for " + path
                + "; send back the token of an answer unchanged, or -1 for the beginning");
    }
}
