/** Micrometer meters of the client. */
@NullMarked
package io.durablestreams.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
