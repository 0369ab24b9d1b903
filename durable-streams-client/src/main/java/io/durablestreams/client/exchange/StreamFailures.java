package io.durablestreams.client.exchange;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;

import io.durablestreams.client.error.ConnectionsExhaustedException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.InvalidOffsetException;
import io.durablestreams.client.error.LiveConnectionsExhaustedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.StreamSeqConflictException;
import io.durablestreams.client.error.StreamTimeoutException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.error.UnreadableMessageException;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.RetryAfter;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamParameters;
import io.durablestreams.protocol.json.InvalidJsonException;
import io.durablestreams.protocol.json.MessageTooLargeException;
import io.durablestreams.protocol.sse.MalformedBase64Exception;
import io.durablestreams.protocol.sse.MalformedControlEventException;

/** Maps error responses, missing responses and unreadable messages to exceptions of the library. */
public final class StreamFailures {

    private static final int EXCERPT_BYTES = 4096;
    private static final int EXCERPT_CHARS = 300;
    private static final Duration EXCERPT_WAIT = Duration.ofMillis(500);

    private StreamFailures() {}

    // Responses.

    /**
     * Signals the exception for an error response, with an excerpt of its body. The wait for the body is limited,
     * because the head determines the exception.
     */
    static <T> Mono<T> signal(StreamCall call, Answer answer, Timing timing) {
        DurableStreamException known = of(call, answer, timing);
        if (known instanceof StreamProtocolException) {
            return Mono.error(known); // The response to another request: the state of its connection is unknown.
        }
        boolean legible = !answer.headers().containsHeader(HttpHeaders.CONTENT_ENCODING);
        Mono<String> text = DataBufferUtils.join(DataBufferUtils.takeUntilByteCount(answer.body(), EXCERPT_BYTES))
                .map(buffer -> {
                    String read = buffer.toString(StandardCharsets.UTF_8);
                    DataBufferUtils.release(buffer);
                    return read;
                })
                .onErrorReturn(failure -> !(failure instanceof TwoAnswersException), "")
                .defaultIfEmpty("");
        boolean empty = "0".equals(answer.headers().getFirst(HttpHeaders.CONTENT_LENGTH));
        Mono<String> tooLate = empty
                ? Mono.never()
                : Mono.delay(EXCERPT_WAIT, timing.scheduler()).thenReturn("");
        // In this order, no timer is started for a body that has already arrived.
        return Mono.firstWithSignal(text, tooLate)
                .flatMap(said -> Mono.error(exception(
                        call,
                        answer,
                        legible ? excerpt(said) : "",
                        timing.clock().instant())));
    }

    /** Returns the exception for the head of an error response. */
    public static DurableStreamException of(StreamCall call, Answer answer, Timing timing) {
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
            case 404 -> new StreamNotFoundException(failure(call, status, missing(call) + quoted));
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

    private static String missing(StreamCall call) {
        String source = call.headers().getFirst(StreamHeaders.STREAM_FORKED_FROM);
        return source == null ? "there is no such stream" : "the stream to fork, " + source + ", does not exist";
    }

    private static DurableStreamException conflict(StreamCall call, HttpHeaders headers, String quoted) {
        // The order matters: only Stream-Closed means that no number will ever be accepted (protocol §5.2.1).
        if (Answers.isTrue(headers, StreamHeaders.STREAM_CLOSED)) {
            return new StreamClosedException(
                    failure(call, 409, "the stream is closed" + quoted), Answers.nextOffset(headers));
        }
        Long expected = Answers.number(headers, StreamHeaders.PRODUCER_EXPECTED_SEQ);
        if (expected != null) {
            Long received = Answers.number(headers, StreamHeaders.PRODUCER_RECEIVED_SEQ);
            Long own = Answers.number(call.headers(), StreamHeaders.PRODUCER_SEQ);
            if (own != null && (expected >= own || received != null && !received.equals(own))) {
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
        String reason = call.headers().containsHeader(StreamHeaders.STREAM_FORKED_FROM)
                ? "it exists with another configuration, or the stream to fork, "
                        + call.headers().getFirst(StreamHeaders.STREAM_FORKED_FROM)
                        + ", has another content type or is deleted; "
                : call.operation() == StreamOperation.CREATE
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
        Long epoch = Answers.number(headers, StreamHeaders.PRODUCER_EPOCH);
        if (epoch != null) {
            Long own = Answers.number(call.headers(), StreamHeaders.PRODUCER_EPOCH);
            if (own != null && epoch <= own) {
                return notOwn(call, 403, "that epoch " + epoch + " fences epoch " + own);
            }
            return new ProducerFencedException(
                    failure(call, 403, "epoch " + own + " is fenced by epoch " + epoch), epoch);
        }
        return new StreamRequestException(failure(call, 403, "access is denied" + quoted));
    }

    /** No stream server sends this response to the request, so it may belong to another request. */
    private static StreamProtocolException notOwn(StreamCall call, int status, String said) {
        return protocol(
                call,
                status,
                "the answer says " + said + ", which cannot be about append "
                        + call.headers().getFirst(StreamHeaders.PRODUCER_EPOCH) + "/"
                        + call.headers().getFirst(StreamHeaders.PRODUCER_SEQ));
    }

    private static boolean isPassing(int status) {
        return status == 408 || status == 429 || status >= 500 && status != 501;
    }

    /**
     * A server that limits the rate, or sends the time to retry, has not executed the request. Other responses do not
     * reveal this.
     */
    private static DurableStreamException passing(StreamCall call, Answer answer, Instant now, String quoted) {
        HttpHeaders headers = answer.headers();
        Duration retryAfter =
                RetryAfter.parse(headers.getFirst(HttpHeaders.RETRY_AFTER), headers.getFirst(HttpHeaders.DATE), now);
        boolean nothingStored = answer.status() == 429 || answer.status() == 503 && retryAfter != null;
        String wait = retryAfter == null ? "" : ", and asks for a wait of " + retryAfter;
        return new TransientStreamException(
                failure(call, answer.status(), "the server cannot serve the request now" + wait + quoted),
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
        return location != null ? "unexpected redirect to " + withoutUserInfo(location) : "unexpected answer";
    }

    private static String withoutUserInfo(String location) {
        String masked = location.replaceFirst("^([^/?#]*//)[^/?#]*@", "$1***@");
        // A password may contain characters that end the authority, and some clients read a backslash as a slash.
        boolean mayHaveMore = masked.equals(location) && location.indexOf('@') >= 0 && !hasHost(location);
        return mayHaveMore ? "***" + location.substring(location.lastIndexOf('@')) : masked;
    }

    private static boolean hasHost(String location) {
        try {
            URI target = new URI(location);
            return target.getHost() != null || target.getRawAuthority() == null && !target.isAbsolute();
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    /**
     * Returns the exception for a response that no stream server sends. It does not reveal the outcome of the request.
     */
    static StreamProtocolException protocol(StreamCall call, int status, String reason) {
        return new StreamProtocolException(failure(call, status, reason));
    }

    private static Failure failure(StreamCall call, int status, String reason) {
        return new Failure(call.operation(), call.url(), status, reason, null);
    }

    // Missing responses.

    /** Converts a failure to an exception of the library. An exception of the library is returned unchanged. */
    public static DurableStreamException of(StreamCall call, Throwable failure) {
        if (failure instanceof DurableStreamException known) {
            return known;
        }
        if (failure instanceof RequestValues.UnavailableValueException unavailable) {
            String reason = String.valueOf(unavailable.getMessage());
            return new TransientStreamException(
                    Failure.of(call.operation(), call.url(), reason, unavailable.getCause()), null, true);
        }
        if (failure instanceof CancellationException refusal) {
            return new StreamRequestException(Failure.of(
                    call.operation(), call.url(), "the request was not sent: " + refusal.getMessage(), refusal));
        }
        if (failure instanceof ApplicationCode.Failed failed) {
            return new StreamRequestException(Failure.of(
                    call.operation(),
                    call.url(),
                    "code of the application failed while the request was made: " + failed.getMessage(),
                    failed.getCause()));
        }
        if (failure instanceof IllegibleAnswerException illegible) {
            return illegible(call, illegible);
        }
        if (failure instanceof TransportException noAnswer) {
            return noAnswer(call, noAnswer);
        }
        // Not its subclasses, because invalid chunks cause a NumberFormatException.
        if (failure.getClass() == IllegalArgumentException.class) {
            return new StreamRequestException(Failure.of(
                    call.operation(), call.url(), "the request cannot be made: " + failure.getMessage(), failure));
        }
        if (failure instanceof TimeoutException) {
            return new StreamTimeoutException(
                    Failure.of(call.operation(), call.url(), "no answer in time: " + failure.getMessage(), failure));
        }
        return new TransientStreamException(
                Failure.of(call.operation(), call.url(), "the connection failed: " + failure, failure), null, false);
    }

    private static DurableStreamException noAnswer(StreamCall call, TransportException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof IllegibleAnswerException illegible) {
            return illegible(call, illegible);
        }
        if (failure.poolExhausted() && call.live()) {
            return new LiveConnectionsExhaustedException(Failure.of(
                    call.operation(),
                    call.url(),
                    "all connections for live reads are in use; end some of the reads, or allow for more connections"
                            + " (durable-streams.reader.max-live-connections, ConnectionSettings, or the pool of the"
                            + " liveWebClient): "
                            + cause,
                    cause));
        }
        if (failure.poolExhausted()) {
            return new ConnectionsExhaustedException(Failure.of(
                    call.operation(),
                    call.url(),
                    "all connections for requests are in use, and none became free in time; make fewer requests at a"
                            + " time, or allow for more connections (durable-streams.request.max-connections,"
                            + " ConnectionSettings, or the pool of the webClient): "
                            + cause,
                    cause));
        }
        String reason = failure.requestSent() ? "the connection failed: " : "the server cannot be reached: ";
        return new TransientStreamException(
                Failure.of(call.operation(), call.url(), reason + cause, cause), null, !failure.requestSent());
    }

    /** A head that is HTTP will not be legible the next time either. Anything else may be a mishap on the connection. */
    private static DurableStreamException illegible(StreamCall call, IllegibleAnswerException cause) {
        Failure failure = Failure.of(call.operation(), call.url(), String.valueOf(cause.getMessage()), cause);
        return cause.isHttp()
                ? new StreamProtocolException(failure)
                : new TransientStreamException(failure, null, false);
    }

    /** Returns whether this side has ended the exchange permanently, so that a retry would be refused. */
    public static boolean isEnded(DurableStreamException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CancellationException) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the failure is an answer that cannot be read. */
    public static boolean isIllegible(DurableStreamException failure) {
        return failure.getCause() instanceof IllegibleAnswerException;
    }

    // Messages.

    /**
     * Converts a failure to read a response to an exception that is not transient.
     *
     * @param url the stream
     * @param offset the offset up to which responses could be read
     * @param itemType the type of an item
     * @param failure the failure
     */
    public static DurableStreamException unreadable(URI url, Offset offset, String itemType, Throwable failure) {
        if (failure instanceof DurableStreamException known) {
            return known;
        }
        if (failure instanceof StreamReadException && !(failure instanceof InputCoercionException)
                || failure instanceof InvalidJsonException
                || failure instanceof MalformedControlEventException
                || failure instanceof MalformedBase64Exception) {
            return new StreamProtocolException(
                    from(url, offset, "the content is malformed: " + failure.getMessage(), failure));
        }
        if (failure instanceof MessageTooLargeException) {
            return new StreamContentException(from(
                    url,
                    offset,
                    "raise maxMessageBytes (durable-streams.reader.max-message-bytes): " + failure.getMessage(),
                    failure));
        }
        return new StreamContentException(from(url, offset, unreadable(itemType, failure), failure));
    }

    /**
     * Returns the exception for a message that is valid JSON and cannot be read.
     *
     * @param url the stream
     * @param itemType the type of an item
     * @param message the message
     * @param failure the failure
     */
    public static UnreadableMessageException unreadableMessage(
            URI url, String itemType, UnreadableMessageException.Message message, Throwable failure) {
        String place = message.index() == 0 ? "" : "after " + message.index() + " messages: ";
        return new UnreadableMessageException(
                from(url, message.offset(), place + unreadable(itemType, failure), failure), message);
    }

    private static String unreadable(String itemType, Throwable failure) {
        if (NestedExceptionUtils.getMostSpecificCause(failure) instanceof StreamConstraintsException limit) {
            return "a message exceeds a limit of the reading JsonMapper; raise it in the StreamReadConstraints of the"
                    + " mapper's JsonFactory, or read the stream as RawJson, which has no such limits: "
                    + limit.getOriginalMessage();
        }
        // An error has no explanation of its own.
        return "a message cannot be read as " + itemType + ": "
                + (failure instanceof Error ? failure : failure.getMessage());
    }

    private static Failure from(URI url, Offset offset, String reason, Throwable cause) {
        return Failure.of(StreamOperation.READ, url, "at offset " + offset + ": " + reason, cause);
    }
}
