package io.durablestreams.client.exchange;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamHeaders;

/** Parses the heads of answers. */
public final class Answers {

    private Answers() {}

    public static boolean isTrue(HttpHeaders headers, String name) {
        return StreamHeaders.TRUE.equalsIgnoreCase(headers.getFirst(name));
    }

    /** The next offset of an answer that says enough without it; one that is unusable counts for none. */
    public static @Nullable Offset nextOffset(HttpHeaders headers) {
        try {
            return parsedNextOffset(headers);
        } catch (IllegalArgumentException noOffset) {
            return null;
        }
    }

    private static @Nullable Offset parsedNextOffset(HttpHeaders headers) {
        String value = headers.getFirst(StreamHeaders.STREAM_NEXT_OFFSET);
        return value == null || value.isBlank() ? null : Offset.of(value.strip());
    }

    /**
     * Refuses a body that is still compressed. No request of ours asks for that, and an HTTP library that does so by
     * itself takes the header away when it decompresses.
     */
    public static void requireUncompressed(StreamCall call, Answer answer) {
        String encoding = answer.headers().getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            throw StreamFailures.protocol(
                    call,
                    answer.status(),
                    "the answer is compressed (" + HttpHeaders.CONTENT_ENCODING + ": " + encoding
                            + ") although that was not asked for; is there a proxy that compresses everything?");
        }
    }

    /** The next offset of an answer that must have one. */
    public static Offset requireNextOffset(StreamCall call, Answer answer) {
        Offset offset;
        try {
            offset = parsedNextOffset(answer.headers());
        } catch (IllegalArgumentException noOffset) {
            throw protocolFailure(call, answer, " header is unusable: " + noOffset.getMessage());
        }
        if (offset == null) {
            throw protocolFailure(
                    call,
                    answer,
                    " header is missing; either this is no stream server, or a proxy removes its headers");
        }
        if (offset.equals(Offset.NOW)) {
            throw protocolFailure(call, answer, " header is 'now', which is no position to read on from");
        }
        return offset;
    }

    private static StreamProtocolException protocolFailure(StreamCall call, Answer answer, String reason) {
        String contentType = answer.headers().getFirst(StreamHeaders.CONTENT_TYPE);
        String text = "the answer is of content type " + contentType + " and its " + StreamHeaders.STREAM_NEXT_OFFSET
                + reason;
        return StreamFailures.protocol(call, answer.status(), text);
    }

    public static @Nullable Long number(HttpHeaders headers, String name) {
        String value = headers.getFirst(name);
        try {
            return value == null ? null : Long.valueOf(value.strip());
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /**
     * Whether an answer has a status that a stream server gives to a request that it has carried out (protocol §5).
     *
     * @throws StreamProtocolException when it is another one of the 2xx, which says nothing about the outcome
     */
    static boolean isSuccess(StreamCall call, int status) {
        boolean success = switch (call.operation()) {
            case CREATE -> status == 200 || status == 201;
            case HEAD -> status == 200;
            case APPEND, CLOSE, READ, DELETE -> status == 200 || status == 204;
        };
        if (!success && status / 100 == 2) {
            throw StreamFailures.protocol(
                    call, status, "no stream server answers so; either this is none, or a proxy answers in its place");
        }
        return success;
    }

    /**
     * Returns whether the server had the number already. A request that closes the stream without a message is answered
     * as one that it had.
     *
     * @throws StreamProtocolException when the answer does not name the number that was sent: it may be the answer to
     *     another request, or not be a stream server's, so the outcome is unknown
     */
    public static boolean isDuplicate(StreamCall call, Answer answer) {
        boolean duplicate = answer.status() == 204;
        Long epoch = number(answer.headers(), StreamHeaders.PRODUCER_EPOCH);
        Long seq = number(answer.headers(), StreamHeaders.PRODUCER_SEQ);
        boolean unnumberedClose = duplicate && epoch == null && seq == null && isConfirmedClose(call, answer);
        if (!unnumberedClose && !isOwn(call, epoch, seq, duplicate)) {
            throw StreamFailures.protocol(
                    call,
                    answer.status(),
                    "the answer does not confirm " + numbers(call.headers()) + ", but " + numbers(answer.headers())
                            + "; either this is no stream server, or a proxy changes its answers");
        }
        if (!duplicate) {
            requireNextOffset(call, answer);
        }
        return duplicate;
    }

    /** The protocol asks for the numbers in answers to appends, and for less in those to requests that only close. */
    private static boolean isConfirmedClose(StreamCall call, Answer answer) {
        return isTrue(call.headers(), StreamHeaders.STREAM_CLOSED)
                && isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED)
                && nextOffset(answer.headers()) != null;
    }

    /** A duplicate is answered with the last number that the server has, which may be a later one. */
    private static boolean isOwn(StreamCall call, @Nullable Long epoch, @Nullable Long seq, boolean duplicate) {
        Long sentEpoch = number(call.headers(), StreamHeaders.PRODUCER_EPOCH);
        Long sentSeq = number(call.headers(), StreamHeaders.PRODUCER_SEQ);
        if (epoch == null || seq == null || sentSeq == null) {
            return false;
        }
        return epoch.equals(sentEpoch) && (duplicate ? seq >= sentSeq : seq.equals(sentSeq));
    }

    private static String numbers(HttpHeaders headers) {
        return StreamHeaders.PRODUCER_EPOCH + " " + headers.getFirst(StreamHeaders.PRODUCER_EPOCH) + " and "
                + StreamHeaders.PRODUCER_SEQ + " " + headers.getFirst(StreamHeaders.PRODUCER_SEQ);
    }
}
