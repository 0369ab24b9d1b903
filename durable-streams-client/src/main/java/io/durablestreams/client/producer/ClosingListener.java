package io.durablestreams.client.producer;

import java.net.URI;

import reactor.core.publisher.MonoSink;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamHeaders;

/** Passes the final offset to the subscriber of {@link IdempotentProducer#closeStream}. */
record ClosingListener(URI url, MonoSink<Offset> sink) implements ReceiptListener {

    @Override
    public void stored(AppendReceipt receipt) {
        Offset finalOffset = receipt.nextOffset();
        if (finalOffset == null) {
            failed(new StreamProtocolException(Failure.of(
                    StreamOperation.CLOSE,
                    url,
                    "the answer does not confirm it with " + StreamHeaders.STREAM_CLOSED + " and a final offset;"
                            + " the last message, if there was one, is stored, and DurableStream.closeStream() may close"
                            + " the stream")));
        } else {
            sink.success(finalOffset);
        }
    }

    @Override
    public void failed(DurableStreamException cause) {
        sink.error(cause);
    }
}
