/** The values of the Durable Streams protocol: what requests and answers say, without any I/O. */
@NullMarked
package io.durablestreams.protocol;

import org.jspecify.annotations.NullMarked;
