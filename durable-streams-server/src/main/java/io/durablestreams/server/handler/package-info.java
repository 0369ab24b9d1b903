/**
 * The server side of the protocol, without a transport. {@link io.durablestreams.server.handler.DurableStreamHandler}
 * answers requests from a {@link io.durablestreams.server.store.StreamStore}.
 */
@NullMarked
package io.durablestreams.server.handler;

import org.jspecify.annotations.NullMarked;
