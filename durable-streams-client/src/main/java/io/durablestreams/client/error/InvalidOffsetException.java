package io.durablestreams.client.error;

/** The server does not know the offset of a read (400): it is malformed, or not of this stream. */
public class InvalidOffsetException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public InvalidOffsetException(Failure failure) {
        super(failure);
    }
}
