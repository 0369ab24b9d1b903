/**
 * The Durable Streams server: {@link io.durablestreams.server.DurableStreamServer} listens on a port of its own, and
 * {@link io.durablestreams.server.DurableStreamRoutes} puts a handler under a path of a WebFlux application. Only this
 * package depends on WebFlux and Reactor Netty.
 */
@NullMarked
package io.durablestreams.server;

import org.jspecify.annotations.NullMarked;
