/** Meters of Micrometer for what the client does. */
@NullMarked
package io.durablestreams.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
