package io.durablestreams.client.error;

/** No answer came in time, or its body stopped coming, in all attempts that the settings allow. */
public class StreamTimeoutException extends TransientStreamException {

    private static final long serialVersionUID = 1L;

    public StreamTimeoutException(Failure failure) {
        super(failure, null, false);
    }
}
