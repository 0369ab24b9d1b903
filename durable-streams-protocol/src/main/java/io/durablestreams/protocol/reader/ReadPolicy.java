package io.durablestreams.protocol.reader;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.LiveMode;

/**
 * The settings of a reader that determine its decisions.
 *
 * @param live how to continue after catching up
 * @param maxRetries the maximum number of consecutive retries of a read without a live mode
 * @param maxLiveRetries the maximum number of consecutive retries of a read with a live mode, also before its first live
 *     request
 * @param maxRetryAfter the longest wait that the server may ask for. A request for a longer wait is final
 * @param backoff the delays before retries
 * @param whenGone the reaction if the server no longer has the data at the position
 * @param whenRecreated the reaction if the stream was deleted and recreated
 */
public record ReadPolicy(
        LiveMode live,
        int maxRetries,
        int maxLiveRetries,
        Duration maxRetryAfter,
        Backoff backoff,
        RestartPolicy whenGone,
        RestartPolicy whenRecreated) {

    /** The default of {@code maxRetryAfter}. */
    public static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

    /** Creates a policy that waits up to 5 minutes, and fails if the position is gone or the stream was recreated. */
    public ReadPolicy(LiveMode live, int maxRetries, int maxLiveRetries, Backoff backoff) {
        this(live, maxRetries, maxLiveRetries, MAX_RETRY_AFTER, backoff, RestartPolicy.FAIL, RestartPolicy.FAIL);
    }

    /**
     * A shorter SSE connection counts as short-lived. Servers rotate connections after about a minute (protocol §5.8).
     */
    static final Duration SHORT_CONNECTION = Duration.ofSeconds(1);

    /** An SSE connection of at least this duration resets the count of failures. */
    public static final Duration STABLE_CONNECTION = Duration.ofSeconds(5);

    /** After this number of consecutive short-lived SSE connections, {@link LiveMode#AUTO} continues by long-poll. */
    static final int MAX_SHORT_CONNECTIONS = 3;

    /** After this number of consecutive errors of gateways, {@link LiveMode#AUTO} tries a long-poll. */
    static final int MAX_GATEWAY_ERRORS = 3;

    /** If an empty live response took less time, the server did not hold the request. */
    static final Duration HELD = Duration.ofMillis(50);

    /** After this number of recoveries without a successful read between them, a failure is final. */
    static final int MAX_RECOVERIES = 3;

    /**
     * The maximum number of consecutive responses without data, progress or {@code Stream-Up-To-Date}. More are a loop.
     */
    static final int MAX_STALLED_ANSWERS = 10;

    /** After this number of consecutive requests for which no connection became free, a read fails. */
    static final int MAX_REFUSALS = 20;

    /** The number of consecutive empty responses with an offset before the position that are requested again. */
    static final int MAX_BACKWARD_ANSWERS = 5;
}
