/**
 * The protocol without a transport: {@link io.durablestreams.server.handler.DurableStreamHandler} turns neutral requests
 * into neutral answers, from any {@link io.durablestreams.server.store.StreamStore}.
 */
@NullMarked
package io.durablestreams.server.handler;

import org.jspecify.annotations.NullMarked;
