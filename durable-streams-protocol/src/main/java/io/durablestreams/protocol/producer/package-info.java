/** Idempotent producers (protocol §5.2.1): what both sides decide about epochs and sequence numbers, without any I/O. */
@NullMarked
package io.durablestreams.protocol.producer;

import org.jspecify.annotations.NullMarked;
