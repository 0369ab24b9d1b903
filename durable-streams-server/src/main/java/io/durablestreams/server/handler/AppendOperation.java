package io.durablestreams.server.handler;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.producer.ProducerVerdict;
import io.durablestreams.server.handler.StreamResponse.Builder;
import io.durablestreams.server.store.AppendBody;
import io.durablestreams.server.store.AppendResult;
import io.durablestreams.server.store.AppendVerdict;
import io.durablestreams.server.store.StreamAppend;

/** Handles {@code POST}: appends to a stream, closes it, or both (protocol §5.2, §5.3). */
final class AppendOperation {

    private final HandlerContext context;

    AppendOperation(HandlerContext context) {
        this.context = context;
    }

    Mono<StreamResponse> handle(StreamRequest request, String path) {
        ProducerSequence producer = RequestHeaders.producer(request);
        String seq = request.header(StreamHeaders.STREAM_SEQ);
        boolean close = RequestHeaders.isClosed(request);
        String contentType = request.header(StreamHeaders.CONTENT_TYPE);
        return RequestBody.collect(request.body(), context.settings().maxRequestBytes())
                .map(body -> new StreamAppend(AppendBody.of(contentType, body), producer, seq, close))
                .flatMap(append -> context.store().append(path, append).map(result -> answer(append, result)));
    }

    private static StreamResponse answer(StreamAppend append, AppendResult result) {
        AppendVerdict verdict = result.verdict();
        if (verdict instanceof AppendVerdict.Accepted) {
            return accepted(append, result).build();
        }
        if (verdict instanceof AppendVerdict.NotNext notNext) {
            return notNext(notNext.producer(), result).build();
        }
        if (verdict instanceof AppendVerdict.AlreadyClosed) {
            return withTail(StreamResponse.status(204), result).build();
        }
        if (verdict instanceof AppendVerdict.OtherContentType other) {
            return StreamResponse.refusal(
                            409, "The stream holds " + other.expected() + ", and the append is " + other.received())
                    .build();
        }
        if (verdict instanceof AppendVerdict.SeqNotGreater seq) {
            return StreamResponse.refusal(
                            409,
                            StreamHeaders.STREAM_SEQ + " must be greater than '" + seq.last() + "', but is '"
                                    + seq.received() + "'")
                    .build();
        }
        if (verdict instanceof AppendVerdict.Malformed malformed) {
            return StreamResponse.refusal(400, malformed.defect()).build();
        }
        return closed(result).build();
    }

    private static Builder accepted(StreamAppend append, AppendResult result) {
        ProducerSequence producer = append.producer();
        int status = producer == null || append.isCloseOnly() ? 204 : 200;
        return withTail(withProducer(StreamResponse.status(status), producer), result);
    }

    private static Builder notNext(ProducerVerdict verdict, AppendResult result) {
        if (verdict instanceof ProducerVerdict.Duplicate duplicate) {
            return StreamResponse.status(204)
                    .header(StreamHeaders.PRODUCER_EPOCH, duplicate.state().epoch())
                    .header(StreamHeaders.PRODUCER_SEQ, duplicate.state().lastSeq());
        }
        if (verdict instanceof ProducerVerdict.RepeatedClose repeated) {
            return withTail(withProducer(StreamResponse.status(204), repeated.closedBy()), result);
        }
        if (verdict instanceof ProducerVerdict.StaleEpoch stale) {
            return StreamResponse.refusal(403, "The producer is fenced: epoch " + stale.currentEpoch() + " has begun")
                    .header(StreamHeaders.PRODUCER_EPOCH, stale.currentEpoch());
        }
        if (verdict instanceof ProducerVerdict.Gap gap) {
            return StreamResponse.refusal(
                            409, "Append " + gap.receivedSeq() + " came before append " + gap.expectedSeq())
                    .header(StreamHeaders.PRODUCER_EXPECTED_SEQ, gap.expectedSeq())
                    .header(StreamHeaders.PRODUCER_RECEIVED_SEQ, gap.receivedSeq());
        }
        if (verdict instanceof ProducerVerdict.InvalidEpochStart invalid) {
            return StreamResponse.refusal(
                    400,
                    "Epoch " + invalid.epoch() + " has to start with " + StreamHeaders.PRODUCER_SEQ + " 0, not "
                            + invalid.receivedSeq());
        }
        return closed(result);
    }

    private static Builder closed(AppendResult result) {
        return withTail(StreamResponse.refusal(409, "The stream is closed"), result);
    }

    private static Builder withProducer(Builder response, @Nullable ProducerSequence producer) {
        return producer == null
                ? response
                : response.header(StreamHeaders.PRODUCER_EPOCH, producer.epoch())
                        .header(StreamHeaders.PRODUCER_SEQ, producer.seq());
    }

    private static Builder withTail(Builder response, AppendResult result) {
        return response.header(StreamHeaders.STREAM_NEXT_OFFSET, result.tail())
                .headerIf(result.closed(), StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
    }
}
