/** Configured values that cannot work, and beans whose existence depends on properties. */
@NullMarked
package io.durablestreams.autoconfigure.setup;

import org.jspecify.annotations.NullMarked;
