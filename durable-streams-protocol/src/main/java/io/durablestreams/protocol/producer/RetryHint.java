package io.durablestreams.protocol.producer;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The values from which the lane of a producer computes the delay before a retry.
 *
 * @param after the minimum delay that the server asked for, or null if it asked for none
 * @param random a random number, at least 0 and below 1
 */
public record RetryHint(@Nullable Duration after, double random) {}
