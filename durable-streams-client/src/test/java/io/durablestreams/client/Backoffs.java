package io.durablestreams.client;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;

/** Waits between attempts: the default ones in {@link ScriptedTransport#client()}, and one for real time. */
final class Backoffs {

    /** A tenth of the default, where tests have to wait for it. */
    static final Backoff SHORT = new Backoff(Duration.ofMillis(5), Duration.ofMillis(50), 2.0);

    /** Before the first retry. */
    static final Duration FIRST = Duration.ofMillis(50);

    /** Before the second retry. */
    static final Duration SECOND = Duration.ofMillis(100);

    /** Before the third retry. */
    static final Duration THIRD = Duration.ofMillis(200);

    private Backoffs() {}
}
