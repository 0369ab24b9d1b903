/**
 * Exactly-once writing within an epoch: batches, numbers and retries (protocol §5.2.1).
 *
 * <p>Start with {@link io.durablestreams.client.producer.IdempotentProducer}. {@code MessageIntake} accepts messages on
 * the threads of the callers. Everything else runs on the loop of the producer, in {@code ProducerPump} and {@code
 * LaneDriver}.
 */
@NullMarked
package io.durablestreams.client.producer;

import org.jspecify.annotations.NullMarked;
