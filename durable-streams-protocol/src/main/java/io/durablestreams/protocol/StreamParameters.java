package io.durablestreams.protocol;

/** The query parameters of a read (protocol §2) and the values of {@link #LIVE}. */
public final class StreamParameters {

    /** The offset to read from. */
    public static final String OFFSET = "offset";

    /** The mode of a live read: {@link #LONG_POLL} or {@link #SSE}; absent for a catch-up read. */
    public static final String LIVE = "live";

    /** The cursor of the previous live response, see {@link StreamCursor}. */
    public static final String CURSOR = "cursor";

    /** Value of {@link #LIVE}: the server holds the request until data arrives. */
    public static final String LONG_POLL = "long-poll";

    /** Value of {@link #LIVE}: the server answers with server-sent events. */
    public static final String SSE = "sse";

    private StreamParameters() {}
}
