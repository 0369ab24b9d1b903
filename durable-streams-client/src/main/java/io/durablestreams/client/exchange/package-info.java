/**
 * One request and its answer: connections, values of requests, retries, and the mapping of failures to exceptions.
 *
 * <p>Applications use {@link io.durablestreams.client.exchange.RequestSettings}, {@link
 * io.durablestreams.client.exchange.ConnectionSettings} and {@link
 * io.durablestreams.client.exchange.StreamConnections}. The other public types are for the packages of the client.
 */
@NullMarked
package io.durablestreams.client.exchange;

import org.jspecify.annotations.NullMarked;
