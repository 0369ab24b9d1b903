package io.durablestreams.server.handler;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import reactor.core.publisher.Flux;

import io.durablestreams.protocol.StreamHeaders;

/**
 * An answer of the server, whatever takes it to the client.
 *
 * @param status the HTTP status
 * @param headers all headers; those of the transport, like {@code Content-Length}, are left to it
 * @param body what follows the headers
 */
public record StreamResponse(int status, Map<String, String> headers, Body body) {

    /** What follows the headers of an answer. */
    public sealed interface Body {}

    /** Nothing. */
    public record Empty() implements Body {}

    /** All of the body, which may have no bytes. It must not be changed. */
    public record Content(byte[] bytes) implements Body {}

    /**
     * Server-sent events. Each element has to be flushed to the client by itself. The flux reads the stream as it is
     * asked for elements, and releases all it holds when it ends or is cancelled; an answer whose events are never
     * subscribed to holds nothing.
     */
    public record Events(Flux<byte[]> events) implements Body {}

    public StreamResponse {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Returns this answer with more headers. */
    StreamResponse plusHeaders(Map<String, String> more) {
        return status(status).headers(headers).headers(more).body(body).build();
    }

    static Builder status(int status) {
        return new Builder(status);
    }

    /** Returns a refusal: a status with an explanation for people. */
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
