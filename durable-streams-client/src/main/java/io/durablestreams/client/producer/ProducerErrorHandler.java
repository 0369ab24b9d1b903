package io.durablestreams.client.producer;

import java.util.List;

import io.durablestreams.client.error.DurableStreamException;

/** Receives messages that were accepted by {@link IdempotentProducer#append} and then failed. */
@FunctionalInterface
public interface ProducerErrorHandler {

    /**
     * Called once for every failed batch with such messages, on a thread that must not be blocked. Exceptions of this
     * method are logged and have no other effect.
     *
     * @param cause the reason for the failure
     * @param messages the failed messages of {@code append} in this batch, serialised, in the order of acceptance
     */
    void onFailure(DurableStreamException cause, List<byte[]> messages);
}
