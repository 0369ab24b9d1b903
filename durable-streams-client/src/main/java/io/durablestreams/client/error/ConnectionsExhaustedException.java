package io.durablestreams.client.error;

/**
 * A request was not sent, because other requests occupied all connections of the client until the acquire timeout. The
 * client waits for a connection several times before it fails. These waits do not count as retries.
 */
public class ConnectionsExhaustedException extends TransientStreamException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a description of the failure. */
    public ConnectionsExhaustedException(Failure failure) {
        super(failure, null, true);
    }
}
