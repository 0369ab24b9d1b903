package io.durablestreams.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStreamException.Failure;
import io.durablestreams.client.StreamTransport.Answer;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.RetryAfter;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamParameters;

/** Reads the heads of answers: the protocol's headers, and the one mapping from an answer to an exception. */
final class Answers {

    private static final int EXCERPT_BYTES = 4096;
    private static final int EXCERPT_CHARS = 300;
    private static final Duration EXCERPT_WAIT = Duration.ofMillis(500);

    private Answers() {}

    static boolean isTrue(HttpHeaders headers, String name) {
        return StreamHeaders.TRUE.equalsIgnoreCase(headers.getFirst(name));
    }

    /** The next offset of an answer that says enough without it; one that is unusable counts for none. */
    static @Nullable Offset nextOffset(HttpHeaders headers) {
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
    static void requireUncompressed(StreamCall call, Answer answer) {
        String encoding = answer.headers().getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            throw new StreamProtocolException(failure(
                    call,
                    answer.status(),
                    "the answer is compressed (" + HttpHeaders.CONTENT_ENCODING + ": " + encoding
                            + ") although that was not asked for; is there a proxy that compresses everything?"));
        }
    }

    /** The next offset of an answer that must have one. */
    static Offset requireNextOffset(StreamCall call, Answer answer) {
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
        return new StreamProtocolException(failure(call, answer.status(), text));
    }

    static @Nullable Long number(HttpHeaders headers, String name) {
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
            throw new StreamProtocolException(failure(
                    call, status, "no stream server answers so; either this is none, or a proxy answers in its place"));
        }
        return success;
    }

    /**
     * Signals the exception that an answer of an error status stands for, with what its body says. The body is waited
     * for, but not for longer than that: what happened is known from the head.
     */
    static <T> Mono<T> toError(StreamCall call, Answer answer, Timing timing) {
        DurableStreamException known = exception(call, answer, timing);
        if (known instanceof StreamProtocolException) {
            return Mono.error(known); // The answer to another request: nobody knows what comes next on its connection.
        }
        boolean legible = !answer.headers().containsHeader(HttpHeaders.CONTENT_ENCODING);
        Mono<String> text = DataBufferUtils.join(DataBufferUtils.takeUntilByteCount(answer.body(), EXCERPT_BYTES))
                .map(buffer -> {
                    String read = buffer.toString(StandardCharsets.UTF_8);
                    DataBufferUtils.release(buffer);
                    return read;
                })
                .onErrorReturn("")
                .defaultIfEmpty("");
        boolean empty = "0".equals(answer.headers().getFirst(HttpHeaders.CONTENT_LENGTH));
        Mono<String> tooLate = empty
                ? Mono.never()
                : Mono.delay(EXCERPT_WAIT, timing.scheduler()).thenReturn("");
        // In this order: there is no timer for a body that is there already.
        return Mono.firstWithSignal(text, tooLate)
                .flatMap(said -> Mono.error(exception(
                        call,
                        answer,
                        legible ? excerpt(said) : "",
                        timing.clock().instant())));
    }

    /** Returns the exception that the head of an answer of an error status stands for. */
    static DurableStreamException exception(StreamCall call, Answer answer, Timing timing) {
        return exception(call, answer, "", timing.clock().instant());
    }

    private static String excerpt(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= EXCERPT_CHARS ? line : line.substring(0, EXCERPT_CHARS) + "...";
    }

    private static DurableStreamException exception(StreamCall call, Answer answer, String said, Instant now) {
        HttpHeaders headers = answer.headers();
        int status = answer.status();
        String quoted = said.isEmpty() ? "" : "; the server says: " + said;
        return switch (status) {
            case 404 -> new StreamNotFoundException(failure(call, status, "there is no such stream" + quoted));
            case 410 -> new StreamGoneException(failure(call, status, gone(call) + quoted));
            case 409 -> conflict(call, headers, quoted);
            case 400 -> refused(call, quoted);
            case 403 -> forbidden(call, headers, quoted);
            default ->
                isPassing(status)
                        ? passing(call, answer, now, quoted)
                        : new StreamRequestException(failure(call, status, unexpected(status, headers) + quoted));
        };
    }

    private static DurableStreamException conflict(StreamCall call, HttpHeaders headers, String quoted) {
        // The order matters: only Stream-Closed tells that no number will ever be accepted (protocol §5.2.1).
        if (isTrue(headers, StreamHeaders.STREAM_CLOSED)) {
            return new StreamClosedException(failure(call, 409, "the stream is closed" + quoted), nextOffset(headers));
        }
        Long expected = number(headers, StreamHeaders.PRODUCER_EXPECTED_SEQ);
        if (expected != null) {
            Long received = number(headers, StreamHeaders.PRODUCER_RECEIVED_SEQ);
            Long own = number(call.headers(), StreamHeaders.PRODUCER_SEQ);
            if (own != null && (expected > own || received != null && !received.equals(own))) {
                return notOwn(call, 409, "a gap before sequence " + received + ", and that it expects " + expected);
            }
            long seq = received != null ? received : own != null ? own : -1;
            return new ProducerSequenceGapException(
                    failure(call, 409, "the server expects sequence " + expected + " and got " + seq), expected, seq);
        }
        String sent = "the content type sent is " + call.headers().getFirst(StreamHeaders.CONTENT_TYPE);
        String streamSeq = call.headers().getFirst(StreamHeaders.STREAM_SEQ);
        if (streamSeq != null) {
            return new StreamSeqConflictException(failure(
                    call,
                    409,
                    "its content type is another one, or the last Stream-Seq is not below '" + streamSeq + "'; " + sent
                            + quoted));
        }
        String reason = call.operation() == StreamOperation.CREATE
                ? "it exists with another configuration; "
                : "its content type is another one; ";
        return new StreamConflictException(failure(call, 409, reason + sent + quoted));
    }

    private static DurableStreamException refused(StreamCall call, String quoted) {
        if (call.operation() == StreamOperation.READ) {
            String offset = call.parameters().get(StreamParameters.OFFSET);
            return new InvalidOffsetException(
                    failure(call, 400, "the server does not accept the offset '" + offset + "'" + quoted));
        }
        return new StreamRequestException(failure(call, 400, "the server refuses the request" + quoted));
    }

    private static DurableStreamException forbidden(StreamCall call, HttpHeaders headers, String quoted) {
        Long epoch = number(headers, StreamHeaders.PRODUCER_EPOCH);
        if (epoch != null) {
            Long own = number(call.headers(), StreamHeaders.PRODUCER_EPOCH);
            if (own != null && epoch <= own) {
                return notOwn(call, 403, "that epoch " + epoch + " fences epoch " + own);
            }
            return new ProducerFencedException(
                    failure(call, 403, "epoch " + own + " is fenced by epoch " + epoch), epoch);
        }
        return new StreamRequestException(failure(call, 403, "access is denied" + quoted));
    }

    /** No stream server answers the request with that, so it may be the answer to another one. */
    private static StreamProtocolException notOwn(StreamCall call, int status, String said) {
        return new StreamProtocolException(failure(
                call,
                status,
                "the answer says " + said + ", which cannot be about append "
                        + call.headers().getFirst(StreamHeaders.PRODUCER_EPOCH) + "/"
                        + call.headers().getFirst(StreamHeaders.PRODUCER_SEQ)));
    }

    private static boolean isPassing(int status) {
        return status == 408 || status == 429 || status >= 500 && status != 501;
    }

    /** Who limits the rate, or says when to come back, has not acted on the request; of other answers that is not known. */
    private static DurableStreamException passing(StreamCall call, Answer answer, Instant now, String quoted) {
        Duration retryAfter = RetryAfter.parse(answer.headers().getFirst(HttpHeaders.RETRY_AFTER), now);
        boolean nothingStored = answer.status() == 429 || answer.status() == 503 && retryAfter != null;
        return new TransientStreamException(
                failure(call, answer.status(), "the server cannot serve the request now" + quoted),
                retryAfter,
                nothingStored);
    }

    private static String gone(StreamCall call) {
        return call.operation() == StreamOperation.READ
                ? "the offset '" + call.parameters().get(StreamParameters.OFFSET)
                        + "' is before what the server has kept, or the stream is deleted"
                : "the stream is deleted";
    }

    private static String unexpected(int status, HttpHeaders headers) {
        if (status == 401) {
            return "credentials are missing or not accepted";
        }
        String location = headers.getFirst(HttpHeaders.LOCATION);
        return location != null ? "unexpected redirect to " + location : "unexpected answer";
    }

    private static Failure failure(StreamCall call, int status, String reason) {
        return new Failure(call.operation(), call.url(), status, reason, null);
    }
}
