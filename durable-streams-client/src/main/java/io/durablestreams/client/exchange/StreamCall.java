package io.durablestreams.client.exchange;

import java.net.URI;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.exchange.StreamTransport.Body;
import io.durablestreams.protocol.StreamHeaders;

/**
 * One request of the protocol, without the values that all requests carry.
 *
 * @param operation the operation
 * @param method the method
 * @param url the URL of the stream
 * @param headers the headers of the protocol
 * @param parameters the query parameters of the protocol, not encoded
 * @param body the body, or null
 * @param live whether the server may hold the response
 */
public record StreamCall(
        StreamOperation operation,
        HttpMethod method,
        URI url,
        HttpHeaders headers,
        Map<String, String> parameters,
        @Nullable Body body,
        boolean live) {

    /** Creates a request without query parameters that the server answers at once. */
    public StreamCall(StreamOperation operation, HttpMethod method, URI url, HttpHeaders headers, @Nullable Body body) {
        this(operation, method, url, headers, Map.of(), body, false);
    }

    /** Returns the headers that number an append (protocol §5.2.1). */
    public static HttpHeaders numbers(String producerId, long epoch, long seq) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(StreamHeaders.PRODUCER_ID, producerId);
        headers.set(StreamHeaders.PRODUCER_EPOCH, Long.toString(epoch));
        headers.set(StreamHeaders.PRODUCER_SEQ, Long.toString(seq));
        return headers;
    }
}
