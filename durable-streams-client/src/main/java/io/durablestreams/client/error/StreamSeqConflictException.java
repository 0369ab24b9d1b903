package io.durablestreams.client.error;

/**
 * An append with a sequence number of the application's was refused (409): the number is not above the last one
 * ({@code Stream-Seq}, protocol §5.2), or the content type is another one.
 */
public class StreamSeqConflictException extends StreamConflictException {

    private static final long serialVersionUID = 1L;

    public StreamSeqConflictException(Failure failure) {
        super(failure);
    }
}
