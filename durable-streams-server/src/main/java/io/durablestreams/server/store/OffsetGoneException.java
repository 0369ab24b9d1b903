package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/** The offset lies before the part of the stream that is kept. */
public final class OffsetGoneException extends StreamStoreException {

    public OffsetGoneException(String path, Offset offset) {
        super("Offset " + offset + " of " + path + " is older than what the stream still holds");
    }
}
