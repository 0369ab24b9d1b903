/** Decodes and encodes the server-sent events of the protocol (§5.8), without I/O. */
@NullMarked
package io.durablestreams.protocol.sse;

import org.jspecify.annotations.NullMarked;
