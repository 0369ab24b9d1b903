package io.durablestreams.protocol.reader;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;

/** The reaction of a reader to a position that no longer exists. */
public enum RestartPolicy {

    /** Fail, so that the application decides. */
    FAIL(null),

    /** Continue at the first message that the server has. Messages may be delivered again. */
    FROM_BEGINNING(Offset.BEGINNING),

    /** Continue at the tail. Messages are missed. */
    FROM_NOW(Offset.NOW);

    private final @Nullable Offset offset;

    RestartPolicy(@Nullable Offset offset) {
        this.offset = offset;
    }

    /** Returns the offset to continue at, or null to fail. */
    @Nullable
    Offset offset() {
        return offset;
    }
}
