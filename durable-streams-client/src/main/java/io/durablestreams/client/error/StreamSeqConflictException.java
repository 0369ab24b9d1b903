package io.durablestreams.client.error;

/**
 * The server refused an append with a sequence number of the application (409). The number is not above the last one
 * ({@code Stream-Seq}, protocol §5.2), or the content type differs.
 */
public class StreamSeqConflictException extends StreamConflictException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public StreamSeqConflictException(Failure failure) {
        super(failure);
    }
}
