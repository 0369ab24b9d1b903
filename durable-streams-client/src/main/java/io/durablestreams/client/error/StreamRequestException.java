package io.durablestreams.client.error;

/**
 * The server refused the request for good (400, 401, 403, 405, 413, 501 and others), or it could not be made or was not
 * let through on this side.
 */
public class StreamRequestException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public StreamRequestException(Failure failure) {
        super(failure);
    }
}
