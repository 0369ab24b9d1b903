package io.durablestreams.server.handler;

import java.time.Clock;
import java.util.function.DoubleSupplier;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.StreamCursor;
import io.durablestreams.server.store.StreamStore;

/**
 * The objects that all operations of one handler share.
 *
 * @param store keeps the streams
 * @param settings the settings of the server
 * @param liveReads all live reads in progress
 * @param clock the clock for cursors and expiry
 * @param random evenly distributed random numbers, at least 0 and below 1
 */
record HandlerContext(
        StreamStore store, ServerSettings settings, LiveReads liveReads, Clock clock, DoubleSupplier random) {

    HandlerContext {
        store = new SignallingStore(store);
    }

    /** Returns the cursor of the response to a live read, which may have echoed an earlier cursor. */
    StreamCursor cursor(@Nullable String echoed) {
        return StreamCursor.answer(echoed, clock.millis(), random.getAsDouble());
    }
}
