package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;

/**
 * One request to append to a stream, to close it, or both (protocol §5.2, §5.3).
 *
 * @param body what to append
 * @param producer the number of the append, or null when no producer sends it
 * @param seq value of {@code Stream-Seq}, or null; has to be greater than the last one, byte by byte
 * @param close whether the stream is closed by this append, in one step with its content
 */
public record StreamAppend(
        AppendBody body,
        @Nullable ProducerSequence producer,
        @Nullable String seq,
        boolean close) {

    /** Returns a plain append. */
    public static StreamAppend of(AppendBody body) {
        return new StreamAppend(body, null, null, false);
    }

    /** Whether this only closes the stream. */
    public boolean isCloseOnly() {
        return close && body.isEmpty();
    }

    public StreamAppend withProducer(ProducerSequence producer) {
        return new StreamAppend(body, producer, seq, close);
    }

    public StreamAppend withSeq(String seq) {
        return new StreamAppend(body, producer, seq, close);
    }

    public StreamAppend withClose() {
        return new StreamAppend(body, producer, seq, true);
    }
}
