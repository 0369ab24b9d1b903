/** A small application on durable streams: posts events, and shows them live in every browser that looks. */
@NullMarked
package io.durablestreams.sample;

import org.jspecify.annotations.NullMarked;
