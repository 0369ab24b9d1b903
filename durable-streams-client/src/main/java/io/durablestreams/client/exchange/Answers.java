package io.durablestreams.client.exchange;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamHeaders;

/** Parses the heads of responses. */
public final class Answers {

    private Answers() {}

    /** Returns whether a header has the value {@code true}. */
    public static boolean isTrue(HttpHeaders headers, String name) {
        return StreamHeaders.TRUE.equalsIgnoreCase(headers.getFirst(name));
    }

    /** Returns the next offset, or null if it is missing or invalid. For responses that do not require it. */
    public static @Nullable Offset nextOffset(HttpHeaders headers) {
        try {
            return parsedNextOffset(headers);
        } catch (IllegalArgumentException noOffset) {
            return null;
        }
    }

    private static @Nullable Offset parsedNextOffset(HttpHeaders headers) {
        if (isContradictory(headers, StreamHeaders.STREAM_NEXT_OFFSET)) {
            throw new IllegalArgumentException(
                    "there are several, " + headers.get(StreamHeaders.STREAM_NEXT_OFFSET) + ", of different values");
        }
        String value = headers.getFirst(StreamHeaders.STREAM_NEXT_OFFSET);
        return value == null || value.isBlank() ? null : Offset.of(value.strip());
    }

    /**
     * Fails if a body is compressed. The client's requests do not ask for compression, and an HTTP library that does so
     * itself removes the header when it decompresses.
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

    /** Returns the next offset of a response that requires it. Fails if the offset is missing or invalid. */
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

    /** Returns whether a header occurs several times with different values, so that none of them can be trusted. */
    private static boolean isContradictory(HttpHeaders headers, String name) {
        return headers.getOrEmpty(name).stream().map(String::strip).distinct().count() > 1;
    }

    /** Returns the number in a header, or null if it is missing, not a number, or given with different values. */
    public static @Nullable Long number(HttpHeaders headers, String name) {
        String value = headers.getFirst(name);
        try {
            return value == null || isContradictory(headers, name) ? null : Long.valueOf(value.strip());
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /**
     * Returns whether the status is one with which a stream server confirms the request (protocol §5).
     *
     * @throws StreamProtocolException if it is a different 2xx status, which does not reveal the outcome
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
     * Returns whether the server had already stored the number. The response to a close without a message has the
     * status of a duplicate.
     *
     * @throws StreamProtocolException if the response does not contain the number that was sent. It may belong to
     *     another request, or not be from a stream server, so the outcome is unknown
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

    /** Responses to appends must contain the numbers. Responses to a close without a message need not. */
    private static boolean isConfirmedClose(StreamCall call, Answer answer) {
        boolean empty = call.body() == null || call.body().length() == 0;
        return empty
                && isTrue(call.headers(), StreamHeaders.STREAM_CLOSED)
                && isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED)
                && nextOffset(answer.headers()) != null;
    }

    /** The response to a duplicate contains the last number that the server has, which may be a later one. */
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
