package io.durablestreams.protocol.reader;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;

/** The reaction of a reader to a position that no longer exists. */
public enum RestartPolicy {

    /** Fails, so that the application can decide. */
    FAIL(null),

    /** Restarts at the beginning of the available data. Items may be delivered again. */
    FROM_BEGINNING(Offset.BEGINNING),

    /** Restarts at the tail. Items before the tail are missed. */
    FROM_NOW(Offset.NOW);

    private final @Nullable Offset offset;

    RestartPolicy(@Nullable Offset offset) {
        this.offset = offset;
    }

    /** Returns the offset to restart from, or null to fail. */
    @Nullable
    Offset offset() {
        return offset;
    }
}
