package io.durablestreams.client.error;

/**
 * A live read got no connection in time, because other live reads occupy all of them. The client does not retry,
 * because a connection becomes free only when another live read ends.
 */
public class LiveConnectionsExhaustedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public LiveConnectionsExhaustedException(Failure failure) {
        super(failure);
    }
}
