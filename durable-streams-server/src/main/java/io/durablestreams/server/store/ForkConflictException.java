package io.durablestreams.server.store;

/** A fork has another content type than its source. The server answers with 409. */
public final class ForkConflictException extends StreamStoreException {

    /** Creates an exception for the path of the source. */
    public ForkConflictException(String source, String sourceType, String forkType) {
        super("The stream at " + source + " holds " + sourceType + ", so that its fork cannot hold " + forkType
                + "; leave the content type out");
    }
}
