package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

/** The next step of a reader. */
public sealed interface ReadStep {

    /**
     * Send a request.
     *
     * @param offset the offset to read from
     * @param live {@link LiveMode#OFF} for a catch-up request, {@link LiveMode#LONG_POLL} or {@link LiveMode#SSE}
     * @param cursor the cursor to echo, or null; always null for a catch-up request
     * @param skip the number of units (messages or bytes) from the offset that are already delivered and must be
     *     skipped
     * @param delay the delay before the request; zero to send it immediately
     */
    record Request(Offset offset, LiveMode live, @Nullable String cursor, long skip, Duration delay)
            implements ReadStep {}

    /** Continue reading the current response. */
    record Continue() implements ReadStep {}

    /** Complete the read: there is no more data to read. */
    record Complete() implements ReadStep {}

    /** Fail the read with the failure that was reported last. */
    record GiveUp() implements ReadStep {}

    /**
     * Fail the read because the server violates the protocol.
     *
     * @param reason the violation
     */
    record Fail(String reason) implements ReadStep {}
}
