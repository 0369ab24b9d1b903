package io.durablestreams.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.StreamRequest;
import io.durablestreams.server.handler.StreamResponse;

/** Translates between Spring's HTTP messages and those of the handler. */
final class HttpMessages {

    private HttpMessages() {}

    static StreamRequest request(ServerHttpRequest request, String path) {
        Map<String, List<String>> headers = new HashMap<>();
        request.getHeaders().forEach(headers::put);
        return new StreamRequest(
                request.getMethod().name(),
                request.getURI(),
                path,
                headers,
                request.getBody().map(HttpMessages::takeBytes));
    }

    private static byte[] takeBytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    static Mono<Void> write(StreamResponse.Body body, ServerHttpResponse response) {
        if (body instanceof StreamResponse.Content content) {
            response.getHeaders().setContentLength(content.bytes().length);
            return response.writeWith(Mono.just(response.bufferFactory().wrap(content.bytes())));
        }
        if (body instanceof StreamResponse.Events events) {
            return response.writeAndFlushWith(events.events()
                    .map(event -> Flux.just(response.bufferFactory().wrap(event))));
        }
        return response.setComplete();
    }
}
