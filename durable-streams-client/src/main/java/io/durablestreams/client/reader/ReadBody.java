package io.durablestreams.client.reader;

import java.nio.ByteBuffer;
import java.util.List;

import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.protocol.Batch;

/**
 * Reads one response. An exception ends the exchange.
 *
 * @param <T> the type of the items
 */
interface ReadBody<T> {

    /** The head of the response has arrived. */
    void head(Answer answer);

    /** Bytes of the body have arrived. Adds the batches that they complete. */
    void data(ByteBuffer bytes, List<Batch<T>> batches);

    /** The body has ended regularly. Adds the batches that its end completes. */
    void end(List<Batch<T>> batches);
}
