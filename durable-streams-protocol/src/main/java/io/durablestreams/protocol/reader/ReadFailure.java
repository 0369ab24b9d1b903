package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The failure of a request, before or during its response.
 *
 * @param passing whether the failure is transient, so that a retry may succeed
 * @param retryAfter the minimum delay that the server asked for, or null if it asked for none
 * @param answered whether a successful response had begun
 * @param took the time from the request to the failure
 */
public record ReadFailure(boolean passing, @Nullable Duration retryAfter, boolean answered, Duration took) {}
