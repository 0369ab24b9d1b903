/**
 * The contract of a store, {@link io.durablestreams.server.store.StreamStore}, and the parts to implement one:
 *
 * <ul>
 *   <li>{@link io.durablestreams.server.store.AppendVerdict} decides whether an append is stored. Clients observe
 *       the order of its checks.
 *   <li>{@link io.durablestreams.server.store.TailWatchers} calls the watchers of a path.
 *   <li>{@link io.durablestreams.server.store.StreamPosition} creates offsets that count content bytes.
 * </ul>
 */
@NullMarked
package io.durablestreams.server.store;

import org.jspecify.annotations.NullMarked;
