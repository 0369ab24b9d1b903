package io.durablestreams.client.reader;

import java.time.Duration;
import java.util.List;

import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.message.ItemDecoder;
import io.durablestreams.client.message.ItemDecoder.Taken;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadAnswer;
import io.durablestreams.protocol.sse.ControlEvent;

/**
 * The session of a reader as the body of an answer sees it: a body reports its progress here, and asks for what it needs.
 *
 * @param <T> the type of the items
 */
interface ReadProgress<T> {

    /** The head of the answer names the format of the stream. Fails when it cannot be read as such items. */
    void expect(StreamFormat found);

    /** A part of an answer is complete, and more follows. Returns its batch. */
    Batch<T> part(Taken<T> part);

    /** An answer is complete. Adds the batches that this completes. */
    void answered(ReadAnswer answer, List<T> items, List<Batch<T>> batches);

    /** A control event has come (protocol §5.8). Adds the batches that it commits. */
    void committed(ControlEvent control, List<T> items, List<Batch<T>> batches);

    /** An SSE connection has ended. */
    void connectionEnded();

    /** Too many bytes have come over SSE without a control event. */
    void overflowed();

    /** Whether the reader has decided on its next step, so that the rest of the answer does not matter. */
    boolean hasEnded();

    ReaderSettings settings();

    /** The decoder of the items, once the format is known. */
    ItemDecoder<T> decoder();

    /** The format of the stream, once it is known. */
    StreamFormat format();

    /** The time since the request was sent. */
    Duration elapsed();

    /** Returns the offset that the head of an answer must have. Fails without one. */
    Offset requireNextOffset(Answer answer);

    /** What an exception of the reader is made from. */
    Failure failure(String reason);
}
