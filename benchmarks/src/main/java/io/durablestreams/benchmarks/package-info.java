/** Side-by-side measurements: each figure against the limit that the same machine reaches without the library. */
@NullMarked
package io.durablestreams.benchmarks;

import org.jspecify.annotations.NullMarked;
