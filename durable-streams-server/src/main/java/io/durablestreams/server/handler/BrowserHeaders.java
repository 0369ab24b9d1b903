package io.durablestreams.server.handler;

import java.util.LinkedHashMap;
import java.util.Map;

import static io.durablestreams.protocol.StreamHeaders.CONTENT_TYPE;
import static io.durablestreams.protocol.StreamHeaders.PRODUCER_EPOCH;
import static io.durablestreams.protocol.StreamHeaders.PRODUCER_EXPECTED_SEQ;
import static io.durablestreams.protocol.StreamHeaders.PRODUCER_ID;
import static io.durablestreams.protocol.StreamHeaders.PRODUCER_RECEIVED_SEQ;
import static io.durablestreams.protocol.StreamHeaders.PRODUCER_SEQ;
import static io.durablestreams.protocol.StreamHeaders.STREAM_CLOSED;
import static io.durablestreams.protocol.StreamHeaders.STREAM_CURSOR;
import static io.durablestreams.protocol.StreamHeaders.STREAM_EXPIRES_AT;
import static io.durablestreams.protocol.StreamHeaders.STREAM_FORKED_FROM;
import static io.durablestreams.protocol.StreamHeaders.STREAM_FORK_OFFSET;
import static io.durablestreams.protocol.StreamHeaders.STREAM_FORK_SUB_OFFSET;
import static io.durablestreams.protocol.StreamHeaders.STREAM_NEXT_OFFSET;
import static io.durablestreams.protocol.StreamHeaders.STREAM_SEQ;
import static io.durablestreams.protocol.StreamHeaders.STREAM_SSE_DATA_ENCODING;
import static io.durablestreams.protocol.StreamHeaders.STREAM_TTL;
import static io.durablestreams.protocol.StreamHeaders.STREAM_UP_TO_DATE;

/** The headers for browsers, which every response has, including errors (protocol §12.7). */
final class BrowserHeaders {

    static final String ALLOWED_METHODS = "GET, POST, PUT, DELETE, HEAD, OPTIONS";

    private static final String ALLOWED_HEADERS = String.join(
            ", ",
            CONTENT_TYPE,
            "Authorization",
            "If-None-Match",
            STREAM_TTL,
            STREAM_EXPIRES_AT,
            STREAM_CLOSED,
            STREAM_SEQ,
            STREAM_FORKED_FROM,
            STREAM_FORK_OFFSET,
            STREAM_FORK_SUB_OFFSET,
            PRODUCER_ID,
            PRODUCER_EPOCH,
            PRODUCER_SEQ);

    private static final String EXPOSED_HEADERS = String.join(
            ", ",
            STREAM_NEXT_OFFSET,
            STREAM_UP_TO_DATE,
            STREAM_CURSOR,
            STREAM_CLOSED,
            STREAM_TTL,
            STREAM_EXPIRES_AT,
            STREAM_SSE_DATA_ENCODING,
            PRODUCER_EPOCH,
            PRODUCER_SEQ,
            PRODUCER_EXPECTED_SEQ,
            PRODUCER_RECEIVED_SEQ,
            "ETag",
            "Location",
            "Retry-After",
            "Content-Encoding");

    private BrowserHeaders() {}

    static Map<String, String> of(ServerSettings settings) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Cross-Origin-Resource-Policy", "cross-origin");
        if (settings.cors()) {
            headers.put("Access-Control-Allow-Origin", "*");
            headers.put("Access-Control-Allow-Methods", ALLOWED_METHODS);
            headers.put("Access-Control-Allow-Headers", ALLOWED_HEADERS);
            headers.put("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        }
        return headers;
    }
}
