/**
 * Reading. Readers are cold: each subscription is an independent session (protocol §5.6 to §5.8).
 *
 * <p>Start with {@link io.durablestreams.client.reader.StreamReader}. A {@code ReadSession} carries out the steps that
 * the protocol module decides, one request after the other. {@code PagedBody} and {@code SseBody} read the responses.
 */
@NullMarked
package io.durablestreams.client.reader;

import org.jspecify.annotations.NullMarked;
