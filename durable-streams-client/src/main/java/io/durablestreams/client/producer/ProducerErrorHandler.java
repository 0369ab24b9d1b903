package io.durablestreams.client.producer;

import java.util.List;

import io.durablestreams.client.error.DurableStreamException;

/** Is told of messages that were accepted by {@link IdempotentProducer#append} and could not be stored. */
@FunctionalInterface
public interface ProducerErrorHandler {

    /**
     * Called once for every batch that failed, on a thread of the client's that must not be blocked. What it throws is
     * logged and changes nothing.
     *
     * @param cause why
     * @param messages the messages that nobody else is told of, in the order of acceptance, as they were serialised
     */
    void onFailure(DurableStreamException cause, List<byte[]> messages);
}
