package io.durablestreams.client.reader;

/** What readers without an {@link UnreadableMessageHandler} do with a message that cannot be read as their type. */
public enum UnreadablePolicy {

    /**
     * Deliver the messages before it, and fail with an exception that contains the message and its place. If the message
     * is not JSON, fail with a {@link io.durablestreams.client.error.StreamProtocolException}.
     */
    FAIL,

    /** Log the place of the message at WARN, and continue with the next message. */
    SKIP
}
