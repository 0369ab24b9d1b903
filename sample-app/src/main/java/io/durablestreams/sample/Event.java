package io.durablestreams.sample;

import java.time.Instant;
import java.util.UUID;

/**
 * What is in the stream.
 *
 * @param id tells repetitions apart from equal events: readers may see an event again after a reconnect
 * @param time when it was posted
 * @param text what was posted
 */
record Event(UUID id, Instant time, String text) {}
