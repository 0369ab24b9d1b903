/** The store in memory: {@link io.durablestreams.server.store.memory.InMemoryStreamStore}. */
@NullMarked
package io.durablestreams.server.store.memory;

import org.jspecify.annotations.NullMarked;
