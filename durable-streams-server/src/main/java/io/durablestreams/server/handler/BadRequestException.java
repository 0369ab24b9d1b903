package io.durablestreams.server.handler;

/** The request cannot be understood. */
final class BadRequestException extends RuntimeException {

    BadRequestException(String message) {
        super(message, null, false, false);
    }
}
