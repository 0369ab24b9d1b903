package io.durablestreams.client.producer;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.Answers;
import io.durablestreams.client.exchange.StreamCall;
import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.producer.LanePolicy;
import io.durablestreams.protocol.producer.LaneStep.Attempt;

/** The requests of one lane: converts an attempt to a request, and the head of its response to a reply. */
final class LaneRequests {

    private final ProducerIdentity identity;
    private final StreamRequests requests;
    private final ProducerEpochs epochs;
    private final Duration requestTimeout;
    private final long leastAnswerNanos;

    /**
     * The content of a successful response.
     *
     * @param duplicate whether the server had already stored the number
     * @param lastSeq the last number that the server has, or null if the response does not contain it
     * @param nextOffset the offset after the batch, or null if the response does not contain it
     * @param streamClosed whether the stream is closed
     */
    record Reply(
            boolean duplicate,
            @Nullable Long lastSeq,
            @Nullable Offset nextOffset,
            boolean streamClosed) {

        static Reply of(StreamCall call, Answer answer) {
            return new Reply(
                    Answers.isDuplicate(call, answer),
                    Answers.number(answer.headers(), StreamHeaders.PRODUCER_SEQ),
                    Answers.nextOffset(answer.headers()),
                    Answers.isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED));
        }
    }

    LaneRequests(ProducerContext context) {
        this.identity = context.identity();
        this.requests = context.requests();
        this.epochs = context.epochs();
        ProducerSettings.Delivery delivery = context.settings().delivery();
        this.requestTimeout = delivery.requestTimeout();
        this.leastAnswerNanos =
                LanePolicy.leastAnswerTime(delivery.deliveryTimeout()).toNanos();
    }

    /** Sends an attempt after its epoch is recorded. Fails if there is no response by the deadline of the attempt. */
    Mono<Reply> send(Attempt<OutgoingBatch> attempt, String contentType) {
        StreamCall call = call(attempt, contentType);
        return epochs.use(attempt.epoch(), timeout(attempt)).then(Mono.defer(() -> {
            if (left(attempt) <= leastAnswerNanos) { // The store of the epochs has taken the time.
                return Mono.error(new TransientStreamException(
                        identity.failure("the deadline is too near for an answer, and nothing was sent", null),
                        null,
                        true));
            }
            Duration untilDeadline = Duration.ofNanos(left(attempt));
            return requests.attempt(call, timeout(attempt), untilDeadline, answer -> Reply.of(call, answer));
        }));
    }

    private long left(Attempt<OutgoingBatch> attempt) {
        return attempt.deadlineNanos() - requests.timing().nanos();
    }

    private Duration timeout(Attempt<OutgoingBatch> attempt) {
        return Duration.ofNanos(Math.min(Math.max(1, left(attempt)), requestTimeout.toNanos()));
    }

    private StreamCall call(Attempt<OutgoingBatch> attempt, String contentType) {
        HttpHeaders headers = StreamCall.numbers(identity.producerId(), attempt.epoch(), attempt.seq());
        OutgoingBatch batch = attempt.batch();
        if (!batch.isEmpty()) {
            headers.set(StreamHeaders.CONTENT_TYPE, contentType);
        }
        if (batch.closesStream()) {
            headers.set(StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
        }
        return new StreamCall(operation(batch), HttpMethod.POST, identity.url(), headers, batch.body());
    }

    /** Returns the operation that the failures of a batch name. */
    static StreamOperation operation(OutgoingBatch batch) {
        return batch.closesStream() ? StreamOperation.CLOSE : StreamOperation.APPEND;
    }
}
