package io.durablestreams.protocol;

/** How a reader continues after it has caught up with the stream (protocol §5.7, §5.8). */
public enum LiveMode {

    /** Does not continue: the read completes at the first response that is up to date. */
    OFF,

    /**
     * Follows text streams by long-poll, because server-sent events do not preserve the bytes of text exactly. Follows
     * all other streams by server-sent events, and falls back to long-poll if the connections keep ending early, or if
     * the server refuses server-sent events.
     */
    AUTO,

    /** Follows the stream by repeated requests that the server holds until data arrives. */
    LONG_POLL,

    /** Follows the stream by server-sent events, over one long response at a time. */
    SSE
}
