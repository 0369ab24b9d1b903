/** A cache for catch-up reads, as a filter of requests. It is off by default. */
@NullMarked
package io.durablestreams.client.cache;

import org.jspecify.annotations.NullMarked;
