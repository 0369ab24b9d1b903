package io.durablestreams.client.producer;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.StreamOperation;

/**
 * The names in the requests of a producer.
 *
 * @param url the stream
 * @param producerId the identity under which the producer writes to it
 */
record ProducerIdentity(URI url, String producerId) {

    Failure failure(String reason, @Nullable Throwable cause) {
        return Failure.of(StreamOperation.APPEND, url, reason, cause);
    }
}
