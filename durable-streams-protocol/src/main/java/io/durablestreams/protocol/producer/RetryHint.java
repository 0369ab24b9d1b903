package io.durablestreams.protocol.producer;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What the lane of a producer needs to know to decide when to try again.
 *
 * @param after the least wait that the server asked for, or null
 * @param random a random number from 0 to below 1
 */
public record RetryHint(@Nullable Duration after, double random) {}
