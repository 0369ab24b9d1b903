package io.durablestreams.client;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.durablestreams.client.DurableStreamException.Failure;
import io.durablestreams.client.StreamTransport.Answer;
import io.durablestreams.protocol.StreamHeaders;

/** A request under a producer's number, and what answers of success say about it (protocol §5.2.1). */
final class NumberedAppend {

    private NumberedAppend() {}

    static HttpHeaders headers(String producerId, long epoch, long seq) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(StreamHeaders.PRODUCER_ID, producerId);
        headers.set(StreamHeaders.PRODUCER_EPOCH, Long.toString(epoch));
        headers.set(StreamHeaders.PRODUCER_SEQ, Long.toString(seq));
        return headers;
    }

    /**
     * Returns whether the server had the number already. A request that closes the stream without a message is answered
     * as one that it had.
     *
     * @throws StreamProtocolException when the answer does not name the number that was sent: it may be the answer to
     *     another request, or not be a stream server's, so the outcome is unknown
     */
    static boolean isDuplicate(StreamCall call, Answer answer) {
        boolean duplicate = answer.status() == 204;
        Long epoch = Answers.number(answer.headers(), StreamHeaders.PRODUCER_EPOCH);
        Long seq = Answers.number(answer.headers(), StreamHeaders.PRODUCER_SEQ);
        boolean unnumberedClose = duplicate && epoch == null && seq == null && isConfirmedClose(call, answer);
        if (!unnumberedClose && !isOwn(call, epoch, seq, duplicate)) {
            throw notOwn(call, answer);
        }
        if (!duplicate) {
            Answers.requireNextOffset(call, answer);
        }
        return duplicate;
    }

    /** The protocol asks for the numbers in answers to appends, and for less in those to requests that only close. */
    private static boolean isConfirmedClose(StreamCall call, Answer answer) {
        return Answers.isTrue(call.headers(), StreamHeaders.STREAM_CLOSED)
                && Answers.isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED)
                && Answers.nextOffset(answer.headers()) != null;
    }

    /** A duplicate is answered with the last number that the server has, which may be a later one. */
    private static boolean isOwn(StreamCall call, @Nullable Long epoch, @Nullable Long seq, boolean duplicate) {
        Long sentEpoch = Answers.number(call.headers(), StreamHeaders.PRODUCER_EPOCH);
        Long sentSeq = Answers.number(call.headers(), StreamHeaders.PRODUCER_SEQ);
        if (epoch == null || seq == null || sentSeq == null) {
            return false;
        }
        return epoch.equals(sentEpoch) && (duplicate ? seq >= sentSeq : seq.equals(sentSeq));
    }

    private static StreamProtocolException notOwn(StreamCall call, Answer answer) {
        return new StreamProtocolException(new Failure(
                call.operation(),
                call.url(),
                answer.status(),
                "the answer does not confirm " + numbers(call.headers()) + ", but " + numbers(answer.headers())
                        + "; either this is no stream server, or a proxy changes its answers",
                null));
    }

    private static String numbers(HttpHeaders headers) {
        return StreamHeaders.PRODUCER_EPOCH + " " + headers.getFirst(StreamHeaders.PRODUCER_EPOCH) + " and "
                + StreamHeaders.PRODUCER_SEQ + " " + headers.getFirst(StreamHeaders.PRODUCER_SEQ);
    }
}
