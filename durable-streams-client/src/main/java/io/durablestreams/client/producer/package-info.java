/**
 * Writing exactly once within an epoch: batches, numbers, retries (protocol §5.2.1).
 *
 * <p>Start with {@link io.durablestreams.client.producer.IdempotentProducer}. A message enters through {@code
 * MessageIntake} on the thread of its caller; everything else runs on the loop of its producer, in {@code
 * ProducerPump} and {@code LaneDriver}.
 */
@NullMarked
package io.durablestreams.client.producer;

import org.jspecify.annotations.NullMarked;
