/** Server-sent events as the protocol uses them (§5.8): bytes to events, events to bytes, without any I/O. */
@NullMarked
package io.durablestreams.protocol.sse;

import org.jspecify.annotations.NullMarked;
