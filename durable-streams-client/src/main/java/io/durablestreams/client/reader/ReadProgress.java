package io.durablestreams.client.reader;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.message.ItemDecoder;
import io.durablestreams.client.message.ItemDecoder.Taken;
import io.durablestreams.client.message.ItemDecoder.Unread;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadAnswer;
import io.durablestreams.protocol.sse.ControlEvent;

/**
 * The view that the body of a response has of its session. A body reports its progress here.
 *
 * @param <T> the type of the items
 */
interface ReadProgress<T> {

    /**
     * The head of the response declares the format of the stream. Fails if the format cannot be read as the requested
     * items.
     */
    void expect(StreamFormat found);

    /** A part of a response is complete, and more data follows. Returns the batch of the part. */
    Batch<T> part(Taken<T> part);

    /**
     * The items of a response before a failure are complete. Returns their batch.
     *
     * @param nextOffset the offset of the batch
     */
    Batch<T> part(Taken<T> part, Offset nextOffset);

    /** A response is complete. Adds the batches that its end completes. */
    void answered(ReadAnswer answer, List<T> items, List<Batch<T>> batches);

    /** A control event has arrived (protocol §5.8). Adds the batches that it commits. */
    void committed(ControlEvent control, List<T> items, List<Batch<T>> batches);

    /** An SSE connection has ended. */
    void connectionEnded();

    /** Too much data has arrived over SSE without a control event. */
    void overflowed();

    /** Returns whether the session has decided on its next step. The rest of the response is then ignored. */
    boolean hasEnded();

    ReaderSettings settings();

    /** Returns the decoder of the items. Fails while the format is not known. */
    ItemDecoder<T> decoder();

    /** Returns the format of the stream. Fails while it is not known. */
    StreamFormat format();

    /** Returns the time since the request was sent. */
    Duration elapsed();

    /** Returns the next offset in the head of a response. Fails if there is none. */
    Offset requireNextOffset(Answer answer);

    /**
     * Returns the failure of a read that ends at a message that could not be read.
     *
     * @param unread the message
     * @param nextOffset the offset directly after the message, or null if there is none
     */
    RuntimeException unreadable(Unread unread, @Nullable Offset nextOffset);

    /** Returns the description of a failure of the read. */
    Failure failure(String reason);

    /** Returns the description of a failure of the read that the head of a response is the reason for. */
    Failure failure(int status, String reason);
}
