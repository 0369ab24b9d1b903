/**
 * The Durable Streams server: {@link io.durablestreams.server.DurableStreamHandler} turns requests into answers,
 * {@link io.durablestreams.server.DurableStreamRoutes} puts it under a path of a WebFlux application, and
 * {@link io.durablestreams.server.DurableStreamServer} gives it a port of its own.
 */
@NullMarked
package io.durablestreams.server;

import org.jspecify.annotations.NullMarked;
