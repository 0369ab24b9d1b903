package io.durablestreams.protocol.reader;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.LiveMode;

/**
 * What a reader was told to do.
 *
 * @param live how to go on after catching up
 * @param maxRetries how often in a row a failing catch-up is retried
 * @param maxLiveRetries how often in a row a failing live read is retried
 * @param backoff the waits in between
 * @param whenGone what to do when the server has dropped what is behind the position
 * @param whenRecreated what to do when the stream was deleted and created anew
 */
public record ReadPolicy(
        LiveMode live,
        int maxRetries,
        int maxLiveRetries,
        Backoff backoff,
        RestartPolicy whenGone,
        RestartPolicy whenRecreated) {

    /** Fails when the position is gone. */
    public ReadPolicy(LiveMode live, int maxRetries, int maxLiveRetries, Backoff backoff) {
        this(live, maxRetries, maxLiveRetries, backoff, RestartPolicy.FAIL, RestartPolicy.FAIL);
    }

    /** An SSE connection that ends sooner is short-lived; servers rotate after about a minute (protocol §5.8). */
    static final Duration SHORT_CONNECTION = Duration.ofSeconds(1);

    /** An SSE connection that lasted as long is taken as proof that the failures before it are over. */
    static final Duration STABLE_CONNECTION = Duration.ofSeconds(5);

    /** After as many short-lived SSE connections in a row, {@link LiveMode#AUTO} goes on by long-poll. */
    static final int MAX_SHORT_CONNECTIONS = 3;

    /** A live answer without data that took less was not held by the server. */
    static final Duration HELD = Duration.ofMillis(50);

    /** After as many recoveries in a row without anything read in between, a failure is final. */
    static final int MAX_RECOVERIES = 3;

    /** As many answers in a row that bring nothing and do not say up to date are a loop. */
    static final int MAX_STALLED_ANSWERS = 10;

    /** As many empty answers in a row that name an offset before the position may pass. */
    static final int MAX_BACKWARD_ANSWERS = 5;
}
