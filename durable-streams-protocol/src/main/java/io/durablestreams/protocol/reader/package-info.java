/**
 * The decisions of a reader, as pure functions: an event and a {@link io.durablestreams.protocol.reader.ReadState}
 * yield a new state and the next step. Nothing in this package does I/O, reads a clock or uses a thread.
 */
@NullMarked
package io.durablestreams.protocol.reader;

import org.jspecify.annotations.NullMarked;
