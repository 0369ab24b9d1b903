package io.durablestreams.client.error;

/**
 * A live read got no connection in time: all that there may be are taken by other live reads. It is not retried, because
 * none becomes free by itself as long as those reads go on.
 */
public class LiveConnectionsExhaustedException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public LiveConnectionsExhaustedException(Failure failure) {
        super(failure);
    }
}
