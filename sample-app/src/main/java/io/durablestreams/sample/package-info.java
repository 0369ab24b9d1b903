/** A small application of durable streams: it stores posted events, and shows them live in every open browser. */
@NullMarked
package io.durablestreams.sample;

import org.jspecify.annotations.NullMarked;
