/**
 * The reactive client: {@link io.durablestreams.client.DurableStreamClient} gives handles of streams, whose readers are
 * {@code Flux}es and whose producers write exactly once.
 */
@NullMarked
package io.durablestreams.client;

import org.jspecify.annotations.NullMarked;
