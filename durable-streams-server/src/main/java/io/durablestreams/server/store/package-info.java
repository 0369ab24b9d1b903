/**
 * The contract of a store, {@link io.durablestreams.server.store.StreamStore}, and the kit to write one with:
 *
 * <ul>
 *   <li>{@link io.durablestreams.server.store.AppendVerdict} decides about appends, in the order that clients observe.
 *   <li>{@link io.durablestreams.server.store.TailWatchers} calls the watchers of a path.
 *   <li>{@link io.durablestreams.server.store.StreamPosition} mints offsets that count content bytes.
 * </ul>
 */
@NullMarked
package io.durablestreams.server.store;

import org.jspecify.annotations.NullMarked;
