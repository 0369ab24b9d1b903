package io.durablestreams.client.error;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * An operation on a stream failed. The type tells whether a retry can help: {@link TransientStreamException} says yes,
 * all others say no.
 *
 * <p>The message names the operation and the URL.
 */
public class DurableStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StreamOperation operation;
    private final URI url;
    private final @Nullable Integer status;
    private final String reason;

    protected DurableStreamException(Failure failure) {
        super(failure.message(), failure.cause());
        this.operation = failure.operation();
        this.url = failure.url();
        this.status = failure.status();
        this.reason = failure.reason();
    }

    /** Returns what was tried. */
    public StreamOperation operation() {
        return operation;
    }

    /** Returns the URL of the stream. */
    public URI url() {
        return url;
    }

    /** Returns the status of the answer, or null when there was none or it was not the reason. */
    public @Nullable Integer status() {
        return status;
    }

    /** Returns the message without what was tried. */
    public String reason() {
        return reason;
    }

    /** What all exceptions of this family are made from. */
    public record Failure(
            StreamOperation operation,
            URI url,
            @Nullable Integer status,
            String reason,
            @Nullable Throwable cause) {

        public static Failure of(StreamOperation operation, URI url, String reason) {
            return new Failure(operation, url, null, reason, null);
        }

        public static Failure of(StreamOperation operation, URI url, String reason, @Nullable Throwable cause) {
            return new Failure(operation, url, null, reason, cause);
        }

        String message() {
            String answer = status == null ? "" : " (status " + status + ")";
            return "Cannot " + operation.verb() + " " + url + ": " + reason + answer;
        }
    }
}
