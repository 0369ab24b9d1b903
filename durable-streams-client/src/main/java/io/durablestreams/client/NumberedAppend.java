package io.durablestreams.client;

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
     * Whether the server had the number already, or, for a request that closes the stream without a message, may have had
     * it. An answer without the protocol's headers is not the word of a stream server.
     */
    static boolean isDuplicate(StreamCall call, Answer answer) {
        if (answer.status() != 204) {
            Answers.requireNextOffset(call, answer);
            return false;
        }
        if (answer.headers().getFirst(StreamHeaders.PRODUCER_SEQ) == null
                && !Answers.isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED)) {
            throw new StreamProtocolException(new Failure(
                    call.operation(),
                    call.url(),
                    answer.status(),
                    "the answer has no " + StreamHeaders.PRODUCER_SEQ + " header; is this a stream server?",
                    null));
        }
        return true;
    }
}
