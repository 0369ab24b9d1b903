package io.durablestreams.client.error;

/**
 * The request failed permanently, for one of these reasons:
 *
 * <ul>
 *   <li>The server refused it (400, 401, 403, 405, 413, 501 and others).
 *   <li>The request cannot be made, for example because a header is invalid.
 *   <li>A filter or connector of the client refused to send it.
 * </ul>
 */
public class StreamRequestException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamRequestException(Failure failure) {
        super(failure);
    }
}
