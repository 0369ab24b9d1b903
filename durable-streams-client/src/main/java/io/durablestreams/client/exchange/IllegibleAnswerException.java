package io.durablestreams.client.exchange;

import java.io.IOException;

import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** The head of an answer arrived, but cannot be read. */
final class IllegibleAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean isHttp;

    private IllegibleAnswerException(String message, Throwable cause, boolean isHttp) {
        super(message + ": " + cause.getMessage(), cause);
        this.isHttp = isHttp;
    }

    /** Returns the exception for an answer that Netty could not decode, or null if Netty did decode it. */
    static @Nullable IllegibleAnswerException of(HttpResponse answer) {
        Throwable cause = answer.decoderResult().cause();
        if (cause == null || cause instanceof PrematureChannelClosureException) {
            return null;
        }
        if (cause instanceof TooLongFrameException) {
            return new IllegibleAnswerException(
                    "the head of the answer is larger than this client accepts", cause, true);
        }
        // Netty has no status to report if the first line is not HTTP, and replaces the whole answer.
        return answer instanceof FullHttpResponse
                ? new IllegibleAnswerException(
                        "the answer is not HTTP; is this an HTTP server, and is the scheme of the URL right",
                        cause,
                        false)
                : new IllegibleAnswerException("the head of the answer is malformed", cause, true);
    }

    /** Returns whether the answer began as HTTP, so that its sender deliberately sends such heads. */
    boolean isHttp() {
        return isHttp;
    }
}
