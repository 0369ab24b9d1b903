package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A request that failed, at once or in the middle of its answer.
 *
 * @param passing whether the failure may pass, so that a retry can help
 * @param retryAfter the least wait that the server asked for, or null
 * @param answered whether an answer of success had begun
 * @param took the time from the request to the failure
 */
public record ReadFailure(boolean passing, @Nullable Duration retryAfter, boolean answered, Duration took) {}
