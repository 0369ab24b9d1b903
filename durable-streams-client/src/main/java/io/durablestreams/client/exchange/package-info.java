/**
 * One request and its response: connections, the values that every request carries, retries, and the mapping of
 * failures to exceptions.
 *
 * <p>Applications use {@link io.durablestreams.client.exchange.RequestSettings}, {@link
 * io.durablestreams.client.exchange.ConnectionSettings} and {@link
 * io.durablestreams.client.exchange.StreamConnections}. The other public types are for other packages of the client.
 */
@NullMarked
package io.durablestreams.client.exchange;

import org.jspecify.annotations.NullMarked;
