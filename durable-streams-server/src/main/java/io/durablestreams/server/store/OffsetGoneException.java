package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/** The offset is before the part of the stream that the store still has. The server answers with 410. */
public final class OffsetGoneException extends StreamStoreException {

    /** Creates an exception for an offset of the stream at a path. */
    public OffsetGoneException(String path, Offset offset) {
        super("Offset " + offset + " of " + path + " is older than what the stream still holds");
    }
}
