package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict;

/**
 * The decision about an append: stored, or the reason why not (protocol §5.2, §5.3).
 *
 * <p>Every store must decide with {@link #decide}, because clients can observe the order of its checks. Only
 * {@link Accepted} changes the stream.
 */
public sealed interface AppendVerdict {

    /**
     * The store commits the append: content, state of the producer, {@code Stream-Seq} and closed flag, all or nothing.
     *
     * @param producer the new state of the producer, or null if the append has no producer
     */
    record Accepted(@Nullable ProducerState producer) implements AppendVerdict {}

    /**
     * The number of the append is not the producer's next one: the append is a duplicate, or is refused (protocol
     * §5.2.1).
     *
     * @param producer the reason; never {@link ProducerVerdict.Accepted}
     */
    record NotNext(ProducerVerdict producer) implements AppendVerdict {}

    /** The stream is closed, and the request only closes it. This is a success without effect. */
    record AlreadyClosed() implements AppendVerdict {}

    /** The stream is closed, and the request has content. */
    record Closed() implements AppendVerdict {}

    /**
     * The content type of the append is not that of the stream.
     *
     * @param expected the content type of the stream
     * @param received the content type of the append
     */
    record OtherContentType(String expected, String received) implements AppendVerdict {}

    /**
     * The {@code Stream-Seq} of the append is not greater than the last one of the stream.
     *
     * @param last the last one of the stream
     * @param received the one of the append
     */
    record SeqNotGreater(String last, String received) implements AppendVerdict {}

    /**
     * The body is missing, has no content type, or is invalid for its content type.
     *
     * @param defect an explanation for the client
     */
    record Malformed(String defect) implements AppendVerdict {}

    /**
     * Decides about an append to an existing stream. This is a pure function.
     *
     * @param state the state of the stream
     * @param append the request
     * @return the decision, which the store must carry out before it decides about the next append to the stream
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

    /** Makes the checks that precede the check of the producer's number. */
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
