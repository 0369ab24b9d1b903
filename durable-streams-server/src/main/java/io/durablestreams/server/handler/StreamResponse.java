package io.durablestreams.server.handler;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import reactor.core.publisher.Flux;

import io.durablestreams.protocol.StreamHeaders;

/**
 * A response of the server, independent of the transport.
 *
 * @param status the HTTP status
 * @param headers all headers, without headers of the transport such as {@code Content-Length}; unmodifiable
 * @param body the body
 */
public record StreamResponse(int status, Map<String, String> headers, Body body) {

    /** The body of a response. */
    public sealed interface Body {}

    /** No body. */
    public record Empty() implements Body {}

    /**
     * A complete body.
     *
     * @param bytes the bytes, possibly none; must not be changed
     */
    public record Content(byte[] bytes) implements Body {}

    /**
     * A body of server-sent events (protocol §5.8).
     *
     * <p>The transport must flush each element separately. It subscribes to the flux once. The flux reads the stream as
     * elements are requested, and completes when the connection is to end. It does not fail. It releases its resources
     * when it completes or is cancelled. Without a subscription, it holds no resources. Elements may arrive on any
     * thread.
     *
     * @param events the bytes of the events, in slices
     */
    public record Events(Flux<byte[]> events) implements Body {}

    /** Copies the headers. */
    public StreamResponse {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Returns a copy with further headers. */
    StreamResponse plusHeaders(Map<String, String> more) {
        return status(status).headers(headers).headers(more).body(body).build();
    }

    static Builder status(int status) {
        return new Builder(status);
    }

    /** Returns a builder of a refusal: an error status with an explanation as text. */
    static Builder refusal(int status, String explanation) {
        return status(status)
                .header(StreamHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
                .noStore()
                .body(new Content((explanation + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    static final class Builder {

        private final int status;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private Body body = new Empty();

        private Builder(int status) {
            this.status = status;
        }

        Builder header(String name, Object value) {
            headers.put(name, value.toString());
            return this;
        }

        Builder headerIf(boolean condition, String name, Object value) {
            return condition ? header(name, value) : this;
        }

        Builder noStore() {
            return header("Cache-Control", "no-store");
        }

        Builder headers(Map<String, String> more) {
            headers.putAll(more);
            return this;
        }

        Builder body(Body body) {
            this.body = body;
            return this;
        }

        StreamResponse build() {
            return new StreamResponse(status, headers, body);
        }
    }
}
