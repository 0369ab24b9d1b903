package io.durablestreams.protocol.reader;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;

/** What a reader does when its position does not exist any more. */
public enum RestartPolicy {

    /** Fail, so that the application decides. */
    FAIL(null),

    /** Go on at the beginning of what the server has: messages may come again. */
    FROM_BEGINNING(Offset.BEGINNING),

    /** Go on at the tail: messages are missed. */
    FROM_NOW(Offset.NOW);

    private final @Nullable Offset offset;

    RestartPolicy(@Nullable Offset offset) {
        this.offset = offset;
    }

    /** Returns where to go on, or null to fail. */
    @Nullable
    Offset offset() {
        return offset;
    }
}
