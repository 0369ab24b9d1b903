package io.durablestreams.protocol;

/** The query parameters of a read (protocol §2) and the values of {@link #LIVE}. */
public final class StreamParameters {

    public static final String OFFSET = "offset";
    public static final String LIVE = "live";
    public static final String CURSOR = "cursor";

    /** Value of {@link #LIVE}: the server holds the request until there is data. */
    public static final String LONG_POLL = "long-poll";

    /** Value of {@link #LIVE}: the server answers with server-sent events. */
    public static final String SSE = "sse";

    private StreamParameters() {}
}
