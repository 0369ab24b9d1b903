package io.durablestreams.server.handler;

/** The body of a request is larger than {@link ServerSettings#maxRequestBytes()}. The handler answers with 413. */
final class RequestTooLargeException extends RuntimeException {

    RequestTooLargeException(int maxBytes) {
        super("The body is larger than the " + maxBytes + " bytes that this server takes", null, false, false);
    }
}
