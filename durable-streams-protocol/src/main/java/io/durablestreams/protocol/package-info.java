/**
 * The values of the Durable Streams protocol: offsets, receipts, metadata, and the names of headers and parameters.
 * Nothing in this package does I/O, reads a clock or blocks.
 */
@NullMarked
package io.durablestreams.protocol;

import org.jspecify.annotations.NullMarked;
