package io.durablestreams.client.error;

import java.net.URI;

import org.jspecify.annotations.Nullable;

/**
 * An operation on a stream failed. A retry can help after a {@link TransientStreamException}. It cannot help after any
 * other type.
 *
 * <p>The message names the operation and the URL.
 */
public class DurableStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final StreamOperation operation;
    private final URI url;
    private final @Nullable Integer status;
    private final String reason;

    /** Creates the exception from a description of the failure. */
    protected DurableStreamException(Failure failure) {
        super(failure.message(), failure.cause());
        this.operation = failure.operation();
        this.url = failure.url();
        this.status = failure.status();
        this.reason = failure.reason();
    }

    /** Returns the operation that failed. */
    public StreamOperation operation() {
        return operation;
    }

    /** Returns the URL of the stream. */
    public URI url() {
        return url;
    }

    /** Returns the status of the response, or null if there was no response or its status was not the reason. */
    public @Nullable Integer status() {
        return status;
    }

    /** Returns the message without the operation, the URL and the status. */
    public String reason() {
        return reason;
    }

    /**
     * The description of a failure, from which all exceptions of this family are created.
     *
     * @param operation the operation that failed
     * @param url the URL of the stream
     * @param status the status of the response, or null if there was no response or its status is not the reason
     * @param reason the reason as text, without the operation, the URL and the status
     * @param cause the exception that caused the failure, or null
     */
    public record Failure(
            StreamOperation operation,
            URI url,
            @Nullable Integer status,
            String reason,
            @Nullable Throwable cause) {

        /** Returns a description without a status and without a cause. */
        public static Failure of(StreamOperation operation, URI url, String reason) {
            return new Failure(operation, url, null, reason, null);
        }

        /** Returns a description without a status. */
        public static Failure of(StreamOperation operation, URI url, String reason, @Nullable Throwable cause) {
            return new Failure(operation, url, null, reason, cause);
        }

        String message() {
            String answer = status == null ? "" : " (status " + status + ")";
            return "Cannot " + operation.verb() + " " + url + ": " + reason + answer;
        }
    }
}
