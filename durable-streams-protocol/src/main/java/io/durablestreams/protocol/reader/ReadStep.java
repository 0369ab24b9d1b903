package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

/** What a reader does next. */
public sealed interface ReadStep {

    /**
     * Send a request.
     *
     * @param offset the offset to read from
     * @param live {@link LiveMode#OFF} to catch up, {@link LiveMode#LONG_POLL} or {@link LiveMode#SSE}
     * @param cursor the cursor to echo, only with a live request, or null
     * @param skip how many units from the offset on have been delivered already and must not be delivered again
     * @param delay how long to wait before, mostly zero
     */
    record Request(Offset offset, LiveMode live, @Nullable String cursor, long skip, Duration delay)
            implements ReadStep {}

    /** Go on with the answer that is being read. */
    record Continue() implements ReadStep {}

    /** Complete: there is nothing more to read. */
    record Complete() implements ReadStep {}

    /** Signal the failure that was just reported. */
    record GiveUp() implements ReadStep {}

    /**
     * Signal that the server breaks the protocol.
     *
     * @param reason what it does
     */
    record Fail(String reason) implements ReadStep {}
}
