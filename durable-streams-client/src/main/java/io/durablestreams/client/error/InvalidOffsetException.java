package io.durablestreams.client.error;

/** The server does not accept the offset of a read (400). The offset is malformed, or it belongs to another stream. */
public class InvalidOffsetException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public InvalidOffsetException(Failure failure) {
        super(failure);
    }
}
