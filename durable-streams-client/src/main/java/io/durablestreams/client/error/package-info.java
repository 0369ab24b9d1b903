/**
 * The exceptions of the client. The type says whether a retry can help.
 *
 * <p>All of them are {@link io.durablestreams.client.error.DurableStreamException}s.
 */
@NullMarked
package io.durablestreams.client.error;

import org.jspecify.annotations.NullMarked;
