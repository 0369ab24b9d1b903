/**
 * Where streams are kept: the contract of a store ({@link io.durablestreams.server.store.StreamStore}), the rules that
 * every store shares, and the store in memory.
 */
@NullMarked
package io.durablestreams.server.store;

import org.jspecify.annotations.NullMarked;
