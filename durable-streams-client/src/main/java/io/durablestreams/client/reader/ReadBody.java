package io.durablestreams.client.reader;

import java.nio.ByteBuffer;
import java.util.List;

import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.protocol.Batch;

/**
 * Reads one answer. What it throws ends the exchange.
 *
 * @param <T> the type of the items
 */
interface ReadBody<T> {

    /** The head of the answer has come. */
    void head(Answer answer);

    /** The next bytes of the body have come; adds the batches that they complete. */
    void data(ByteBuffer bytes, List<Batch<T>> batches);

    /** The body has ended as it should; adds the batches that this completes. */
    void end(List<Batch<T>> batches);
}
