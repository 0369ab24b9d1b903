/**
 * The exceptions of the client. All of them extend {@link io.durablestreams.client.error.DurableStreamException}, and
 * the type says whether a retry can help.
 */
@NullMarked
package io.durablestreams.client.error;

import org.jspecify.annotations.NullMarked;
