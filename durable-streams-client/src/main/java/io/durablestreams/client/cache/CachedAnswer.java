package io.durablestreams.client.cache;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Flux;

import io.durablestreams.client.exchange.Answers;
import io.durablestreams.protocol.StreamHeaders;

/**
 * A cached response to a catch-up read.
 *
 * @param etag the entity tag as the server wrote it
 * @param headers the headers to repeat
 * @param body the bytes, which must not be modified
 */
record CachedAnswer(String etag, Map<String, String> headers, byte[] body) {

    private static final int PIECE_BYTES = 64 * 1024;

    /** The approximate memory of the key, the headers and the entry of the cache. */
    private static final int OVERHEAD_BYTES = 2048;

    /**
     * The key of a request: everything in it except tracing headers.
     *
     * @param url the URL with its query
     * @param headers the values by name in lower case
     * @param cookies the values by name
     */
    record Key(URI url, Map<String, List<String>> headers, Map<String, List<String>> cookies) {

        private static final Set<String> TRACING = Set.of("traceparent", "tracestate", "b3");
        private static final String TRACING_PREFIX = "x-b3-";

        static Key of(ClientRequest request) {
            Map<String, List<String>> headers = new TreeMap<>();
            request.headers().forEach((name, values) -> {
                String key = name.toLowerCase(Locale.ROOT);
                if (!TRACING.contains(key) && !key.startsWith(TRACING_PREFIX)) {
                    headers.put(key, List.copyOf(values));
                }
            });
            return new Key(request.url(), headers, copy(request.cookies()));
        }

        /** Returns whether the request reads the stream. */
        boolean isOf(URI stream) {
            return url.getRawPath().equals(stream.getRawPath())
                    && url.getRawAuthority().equals(stream.getRawAuthority());
        }

        private static Map<String, List<String>> copy(MultiValueMap<String, String> values) {
            Map<String, List<String>> copy = new TreeMap<>();
            values.forEach((name, list) -> copy.put(name, List.copyOf(list)));
            return copy;
        }
    }

    /**
     * Returns a copy of a response for the cache.
     *
     * @param headers the headers of the response, which has an entity tag
     * @param body the whole body
     */
    static CachedAnswer of(HttpHeaders headers, byte[] body) {
        Map<String, String> kept = new TreeMap<>();
        keep(StreamHeaders.CONTENT_TYPE, headers, kept);
        keep(StreamHeaders.STREAM_NEXT_OFFSET, headers, kept);
        if (Answers.isTrue(headers, StreamHeaders.STREAM_CLOSED)) {
            keep(StreamHeaders.STREAM_CLOSED, headers, kept);
            keep(StreamHeaders.STREAM_UP_TO_DATE, headers, kept);
        }
        return new CachedAnswer(String.valueOf(headers.getETag()), kept, body);
    }

    private static void keep(String name, HttpHeaders headers, Map<String, String> kept) {
        String value = headers.getFirst(name);
        if (value != null) {
            kept.put(name, value);
        }
    }

    int weight() {
        return body.length + OVERHEAD_BYTES;
    }

    /**
     * Returns the response that a 304 confirms.
     *
     * <p>It is marked as up to date only if the stream was closed, or if the 304 is marked so. Otherwise the reader
     * sends a further request, because the entity tags of some servers do not change when a stream is closed (protocol
     * §6.3).
     */
    ClientResponse confirmedBy(ClientResponse notModified) {
        return notModified
                .mutate()
                .statusCode(HttpStatus.OK)
                .headers(now -> headers.forEach(now::set))
                // Not thenMany(), which can lose demand that arrives meanwhile.
                .body(replaced -> notModified.releaseBody().thenReturn(true).flatMapMany(released -> pieces()))
                .build();
    }

    private Flux<DataBuffer> pieces() {
        return Flux.generate(() -> 0, (from, sink) -> {
            int length = Math.min(PIECE_BYTES, body.length - from);
            if (length == 0) {
                sink.complete();
            } else {
                sink.next(DefaultDataBufferFactory.sharedInstance.wrap(
                        ByteBuffer.wrap(body, from, length).slice().asReadOnlyBuffer()));
            }
            return from + length;
        });
    }
}
