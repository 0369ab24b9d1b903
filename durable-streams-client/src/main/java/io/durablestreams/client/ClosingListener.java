package io.durablestreams.client;

import java.net.URI;

import reactor.core.publisher.MonoSink;

import io.durablestreams.client.DurableStreamException.Failure;
import io.durablestreams.client.OutgoingBatch.ReceiptListener;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;

/** Passes the final offset on to the subscriber of {@link IdempotentProducer#closeStream}. */
record ClosingListener(URI url, MonoSink<Offset> sink) implements ReceiptListener {

    @Override
    public void stored(AppendReceipt receipt) {
        Offset finalOffset = receipt.nextOffset();
        if (finalOffset == null) {
            failed(new StreamProtocolException(
                    Failure.of(StreamOperation.CLOSE, url, "the answer has no final offset")));
        } else {
            sink.success(finalOffset);
        }
    }

    @Override
    public void failed(DurableStreamException cause) {
        sink.error(cause);
    }
}
