package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;

/**
 * One request to append to a stream, to close it, or both (protocol §5.2, §5.3).
 *
 * @param body the content to append; {@link AppendBody#NONE} if the request only closes the stream
 * @param producer the number of the append, or null if no producer sends it (protocol §5.2.1)
 * @param seq the value of {@code Stream-Seq}, or null; must be greater than the last one, byte by byte
 * @param close whether this append closes the stream, in one step with its content
 */
public record StreamAppend(
        AppendBody body,
        @Nullable ProducerSequence producer,
        @Nullable String seq,
        boolean close) {

    /** Returns an append without producer and {@code Stream-Seq}, which does not close the stream. */
    public static StreamAppend of(AppendBody body) {
        return new StreamAppend(body, null, null, false);
    }

    /** Returns whether this request closes the stream and appends nothing. */
    public boolean isCloseOnly() {
        return close && body.isEmpty();
    }

    /** Returns a copy with a producer's number. */
    public StreamAppend withProducer(ProducerSequence producer) {
        return new StreamAppend(body, producer, seq, close);
    }

    /** Returns a copy with a value of {@code Stream-Seq}. */
    public StreamAppend withSeq(String seq) {
        return new StreamAppend(body, producer, seq, close);
    }

    /** Returns a copy that closes the stream. */
    public StreamAppend withClose() {
        return new StreamAppend(body, producer, seq, true);
    }
}
