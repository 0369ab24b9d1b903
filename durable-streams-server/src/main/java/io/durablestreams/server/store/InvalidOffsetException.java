package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/** The offset is none that the store has handed out for the stream. */
public final class InvalidOffsetException extends StreamStoreException {

    public InvalidOffsetException(String path, Offset offset) {
        super("Offset '" + offset + "' is none that this server has handed out for " + path
                + "; send back the token of an answer unchanged, or -1 for the beginning");
    }
}
