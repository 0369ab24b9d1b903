package io.durablestreams.client;

import java.time.Duration;

/** Waits of {@link io.durablestreams.protocol.Backoff#DEFAULT} in {@link ScriptedTransport#client()}. */
final class Backoffs {

    /** Before the first retry. */
    static final Duration FIRST = Duration.ofMillis(50);

    /** Before the second retry. */
    static final Duration SECOND = Duration.ofMillis(100);

    /** Before the third retry. */
    static final Duration THIRD = Duration.ofMillis(200);

    private Backoffs() {}
}
