package io.durablestreams.client.producer;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.protocol.AppendReceipt;

/** Receives the outcome of one message. */
interface ReceiptListener {

    void stored(AppendReceipt receipt);

    void failed(DurableStreamException cause);
}
