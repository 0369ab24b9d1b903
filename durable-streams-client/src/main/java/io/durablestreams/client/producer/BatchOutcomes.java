package io.durablestreams.client.producer;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.protocol.AppendReceipt;

/** Receives the outcomes of the batches of one producer, in tasks of its {@link SerialLoop}. */
interface BatchOutcomes {

    /** All further batches fail permanently. Called once, before the first of them fails. */
    void stopped(DurableStreamException cause);

    void stored(OutgoingBatch batch, AppendReceipt receipt);

    void failed(OutgoingBatch batch, DurableStreamException cause);

    /** An attempt to send a batch failed, and will be repeated within the delivery timeout. */
    void retrying(DurableStreamException cause);

    /** The server has refused a batch of several messages for its size. */
    void tooLarge(OutgoingBatch batch);
}
