package io.durablestreams.client.error;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;

/** The stream is closed (409 with {@code Stream-Closed}). The request stored nothing, and no later request can. */
public class StreamClosedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** A value that can be serialized, as the exception may be. */
    private final @Nullable String finalOffset;

    /**
     * Creates the exception from a description of the failure.
     *
     * @param failure the description
     * @param finalOffset the offset of the end of the stream, or null if it is not known
     */
    public StreamClosedException(Failure failure, @Nullable Offset finalOffset) {
        super(failure);
        this.finalOffset = finalOffset == null ? null : finalOffset.value();
    }

    /** Returns the offset of the end of the stream, or null if the server did not send it. */
    public @Nullable Offset finalOffset() {
        return finalOffset == null ? null : Offset.of(finalOffset);
    }
}
