package io.durablestreams.protocol;

/** The names of the protocol's headers (§2). Header names are case-insensitive. */
public final class StreamHeaders {

    /** The content type of the stream, on requests and responses. */
    public static final String CONTENT_TYPE = "Content-Type";

    /** The idle time after which the stream expires, in seconds. */
    public static final String STREAM_TTL = "Stream-TTL";

    /** The time at which the stream expires, as an RFC 3339 timestamp. */
    public static final String STREAM_EXPIRES_AT = "Stream-Expires-At";

    /** Asks to close the stream, on a request; marks a closed stream, on a response. */
    public static final String STREAM_CLOSED = "Stream-Closed";

    /** The writer's own sequence token on an append, compared byte by byte. */
    public static final String STREAM_SEQ = "Stream-Seq";

    /** The offset to read from next, or the tail after a write. */
    public static final String STREAM_NEXT_OFFSET = "Stream-Next-Offset";

    /** Marks a response that reaches the tail. */
    public static final String STREAM_UP_TO_DATE = "Stream-Up-To-Date";

    /** The cursor of a live response, see {@link StreamCursor}. */
    public static final String STREAM_CURSOR = "Stream-Cursor";

    /** The encoding of the data events of a response of server-sent events. */
    public static final String STREAM_SSE_DATA_ENCODING = "Stream-SSE-Data-Encoding";

    /** The stream that a new stream is forked from. */
    public static final String STREAM_FORKED_FROM = "Stream-Forked-From";

    /** The offset at which a fork begins to differ from its source. */
    public static final String STREAM_FORK_OFFSET = "Stream-Fork-Offset";

    /** The position within the data that follows {@link #STREAM_FORK_OFFSET}. */
    public static final String STREAM_FORK_SUB_OFFSET = "Stream-Fork-Sub-Offset";

    /** The identity of an idempotent producer. */
    public static final String PRODUCER_ID = "Producer-Id";

    /** The epoch of an idempotent producer. */
    public static final String PRODUCER_EPOCH = "Producer-Epoch";

    /** The sequence number of an append within the epoch. */
    public static final String PRODUCER_SEQ = "Producer-Seq";

    /** The sequence number that the server expects, on the response to a gap. */
    public static final String PRODUCER_EXPECTED_SEQ = "Producer-Expected-Seq";

    /** The sequence number that the server received, on the response to a gap. */
    public static final String PRODUCER_RECEIVED_SEQ = "Producer-Received-Seq";

    /**
     * The value of {@link #STREAM_CLOSED} and {@link #STREAM_UP_TO_DATE}. Some servers accept it in lower case only.
     */
    public static final String TRUE = "true";

    /** The value of {@link #STREAM_SSE_DATA_ENCODING}: each data event is base64. */
    public static final String BASE64 = "base64";

    private StreamHeaders() {}
}
