package io.durablestreams.client.exchange;

import java.io.IOException;
import java.net.ProtocolException;

import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** An answer arrived, but cannot be read. */
final class IllegibleAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final String NOT_HTTP =
            "the answer is not HTTP; is this an HTTP server, and is the scheme of the URL right";

    private final boolean isHttp;

    private IllegibleAnswerException(String message, @Nullable Throwable cause, boolean isHttp) {
        super(message, cause);
        this.isHttp = isHttp;
    }

    private static IllegibleAnswerException of(String message, Throwable cause, boolean isHttp) {
        return new IllegibleAnswerException(message + ": " + cause.getMessage(), cause, isHttp);
    }

    /** Returns the exception for an answer that does not begin like one. */
    static IllegibleAnswerException notHttp(String excerpt) {
        return new IllegibleAnswerException(NOT_HTTP + ": it begins with '" + excerpt.strip() + "'", null, false);
    }

    /** Returns the exception for an answer that the HTTP library does not recognise as HTTP. */
    static IllegibleAnswerException notHttp(ProtocolException cause) {
        return of(NOT_HTTP, cause, false);
    }

    /** Returns the exception for a part of a body that Netty could not decode, or null if Netty did decode it. */
    static @Nullable IllegibleAnswerException of(HttpContent part) {
        Throwable cause = part.decoderResult().cause();
        return cause == null || cause instanceof PrematureChannelClosureException
                ? null
                : new IllegibleAnswerException(
                        "the body of the answer is malformed, such as an invalid chunk: " + cause, cause, false);
    }

    /** Returns the exception for an answer that Netty could not decode, or null if Netty did decode it. */
    static @Nullable IllegibleAnswerException of(HttpResponse answer) {
        Throwable cause = answer.decoderResult().cause();
        if (cause == null || cause instanceof PrematureChannelClosureException) {
            return null;
        }
        if (cause instanceof TooLongFrameException) {
            return of("the head of the answer is larger than this client accepts", cause, true);
        }
        // Netty has no status to report if the first line is not HTTP, and replaces the whole answer.
        return answer instanceof FullHttpResponse
                ? of(NOT_HTTP, cause, false)
                : of("the head of the answer is malformed", cause, true);
    }

    /** Returns whether the head of the answer began as HTTP, so that its sender deliberately sends such heads. */
    boolean isHttp() {
        return isHttp;
    }
}
