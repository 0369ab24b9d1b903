package io.durablestreams.client.error;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;

/** The stream is closed: this request stored nothing, and none ever will (409 with {@code Stream-Closed}). */
public class StreamClosedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Offset finalOffset;

    public StreamClosedException(Failure failure, @Nullable Offset finalOffset) {
        super(failure);
        this.finalOffset = finalOffset;
    }

    /** Returns the offset behind the last byte of the stream, or null when the server did not tell. */
    public @Nullable Offset finalOffset() {
        return finalOffset;
    }
}
