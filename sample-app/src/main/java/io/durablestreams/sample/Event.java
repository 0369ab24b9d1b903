package io.durablestreams.sample;

import java.time.Instant;
import java.util.UUID;

/**
 * A message of the stream.
 *
 * @param id identifies the event; a reader that receives an event again after a reconnect can recognise it
 * @param time the time of the post
 * @param text the posted text
 */
record Event(UUID id, Instant time, String text) {}
