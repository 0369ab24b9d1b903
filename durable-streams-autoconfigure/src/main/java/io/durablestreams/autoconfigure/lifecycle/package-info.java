/** The order in which producers, live reads, connections and the embedded server stop with the application. */
@NullMarked
package io.durablestreams.autoconfigure.lifecycle;

import org.jspecify.annotations.NullMarked;
