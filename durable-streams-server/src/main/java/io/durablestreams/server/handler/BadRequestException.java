package io.durablestreams.server.handler;

/** The request is malformed. The handler answers with 400. */
final class BadRequestException extends RuntimeException {

    BadRequestException(String message) {
        super(message, null, false, false);
    }
}
