package io.durablestreams.client.error;

/** The response did not arrive in time, or its body stopped, in every attempt that the settings allow. */
public class StreamTimeoutException extends TransientStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamTimeoutException(Failure failure) {
        super(failure, null, false);
    }
}
