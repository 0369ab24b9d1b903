package io.durablestreams.server.handler;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/** A request to a handler without a socket. */
final class TestRequest {

    private final DurableStreamHandler handler;
    private final String method;
    private final String pathAndQuery;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private Flux<byte[]> body = Flux.empty();

    TestRequest(DurableStreamHandler handler, String method, String pathAndQuery) {
        this.handler = handler;
        this.method = method;
        this.pathAndQuery = pathAndQuery;
    }

    TestRequest header(String name, String value) {
        headers.put(name, List.of(value));
        return this;
    }

    TestRequest producer(String id, long epoch, long seq) {
        return header("Producer-Id", id)
                .header("Producer-Epoch", String.valueOf(epoch))
                .header("Producer-Seq", String.valueOf(seq));
    }

    TestRequest close() {
        return header("Stream-Closed", "true");
    }

    TestRequest body(String text) {
        return body(Flux.just(text.getBytes(StandardCharsets.UTF_8)));
    }

    TestRequest body(Flux<byte[]> pieces) {
        body = pieces;
        return this;
    }

    TestRequest text(String text) {
        return header("Content-Type", "text/plain").body(text);
    }

    TestRequest json(String json) {
        return header("Content-Type", "application/json").body(json);
    }

    Mono<StreamResponse> send() {
        int query = pathAndQuery.indexOf('?');
        String path = query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
        URI url = URI.create("http://streams.example/base" + pathAndQuery);
        return handler.handle(new StreamRequest(method, url, path, headers, body));
    }

    StreamResponse answer() {
        return Objects.requireNonNull(send().block(TestServer.TIMEOUT));
    }

    /** Returns the answer, which must have a certain status. */
    StreamResponse expect(int status) {
        StreamResponse response = answer();
        assertThat(response.status()).as(TestServer.text(response)).isEqualTo(status);
        return response;
    }
}
