/**
 * The reactive client. {@link io.durablestreams.client.DurableStreamClient} creates handles of streams. Readers are
 * {@code Flux}es, and producers write exactly once within an epoch.
 */
@NullMarked
package io.durablestreams.client;

import org.jspecify.annotations.NullMarked;
