package io.durablestreams.protocol;

/** How a reader goes on once it has caught up with the stream (protocol §5.7, §5.8). */
public enum LiveMode {

    /** Do not: the read completes at the first answer that is up to date. */
    OFF,

    /** Follow the stream by SSE or by long-poll, whichever carries its content type exactly. */
    AUTO,

    /** Follow the stream by repeated requests that the server holds until data arrives. */
    LONG_POLL,

    /** Follow the stream over one long response of server-sent events. */
    SSE
}
