package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict;

/**
 * Whether an append is stored, and if not, why (protocol §5.2).
 *
 * <p>{@link #decide} is the rule for every store: it holds the order of the checks, which clients can observe. Only
 * {@link Accepted} changes anything.
 */
public sealed interface AppendVerdict {

    /** Store it: content, the producer's new state, {@code Stream-Seq} and the closed flag, all or nothing. */
    record Accepted(@Nullable ProducerState producer) implements AppendVerdict {}

    /** The producer's number says no, or says that it was stored before. Never {@link ProducerVerdict.Accepted}. */
    record NotNext(ProducerVerdict producer) implements AppendVerdict {}

    /** The stream is closed, and closing it was all that was asked for: a success without effect. */
    record AlreadyClosed() implements AppendVerdict {}

    /** The stream is closed. */
    record Closed() implements AppendVerdict {}

    /** The stream holds another type of content. */
    record OtherContentType(String expected, String received) implements AppendVerdict {}

    /** {@code Stream-Seq} is not greater than the last one. */
    record SeqNotGreater(String last, String received) implements AppendVerdict {}

    /** The body is missing, has no type or is not valid for its type. */
    record Malformed(String defect) implements AppendVerdict {}

    /**
     * Decides about an append to a stream that exists.
     *
     * @param state what is known of the stream
     * @param append what is asked for
     */
    static AppendVerdict decide(AppendState state, StreamAppend append) {
        AppendVerdict refusal = refuseWithoutProducer(state, append);
        if (refusal != null) {
            return refusal;
        }
        ProducerState newProducerState = null;
        if (append.producer() != null) {
            ProducerVerdict verdict = ProducerVerdict.decide(state.producer(), state.closure(), append.producer());
            if (!(verdict instanceof ProducerVerdict.Accepted accepted)) {
                return new NotNext(verdict);
            }
            newProducerState = accepted.newState();
        }
        if (append.seq() != null && state.lastSeq() != null && append.seq().compareTo(state.lastSeq()) <= 0) {
            return new SeqNotGreater(state.lastSeq(), append.seq());
        }
        if (append.body().defect() != null) {
            return new Malformed(append.body().defect());
        }
        return new Accepted(newProducerState);
    }

    /** The checks that come before the producer's number. */
    private static @Nullable AppendVerdict refuseWithoutProducer(AppendState state, StreamAppend append) {
        AppendBody body = append.body();
        if (body.isEmpty() && !append.close()) {
            return new Malformed("An append needs a body, unless it closes the stream");
        }
        if (!body.isEmpty() && body.contentType() == null) {
            return new Malformed("An append with a body needs a Content-Type; the stream's is " + state.contentType());
        }
        if (state.closure() != null) {
            if (append.producer() != null) {
                return null;
            }
            return append.isCloseOnly() ? new AlreadyClosed() : new Closed();
        }
        if (body.contentType() != null
                && !append.isCloseOnly()
                && !StreamFormat.sameMediaType(state.contentType(), body.contentType())) {
            return new OtherContentType(state.contentType(), body.contentType());
        }
        return null;
    }
}
