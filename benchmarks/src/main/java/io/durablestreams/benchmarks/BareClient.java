package io.durablestreams.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;

import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;

/** Posts prebuilt batches, with Reactor Netty alone and over connections that it keeps. */
final class BareClient {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A batch that overtakes its predecessor is refused, and is sent again until the predecessor has arrived. */
    private static final Retry WHEN_REFUSED =
            Retry.fixedDelay(1000, Duration.ofMillis(1)).filter(failure -> failure instanceof IllegalStateException);

    private final HttpClient http = HttpClient.create();
    private final AtomicInteger producers = new AtomicInteger();

    /** Posts batches to a JSON stream under an id of their own, as many at a time as a producer has in flight. */
    void postAll(String url, List<byte[]> batches) {
        String producer = "bare-" + producers.incrementAndGet();
        Flux.range(0, batches.size())
                .flatMapSequential(
                        seq -> Mono.defer(() -> post(batch(producer, seq), url, batches.get(seq)))
                                .retryWhen(WHEN_REFUSED),
                        ProducerSettings.DEFAULT.delivery().maxInFlight())
                .blockLast(PATIENCE);
    }

    private HttpClient batch(String producer, int seq) {
        return http.headers(headers -> headers.set(StreamHeaders.PRODUCER_ID, producer)
                .set(StreamHeaders.PRODUCER_EPOCH, "0")
                .set(StreamHeaders.PRODUCER_SEQ, Integer.toString(seq)));
    }

    /** Posts the body of one request to a JSON stream; returns the status of the answer. */
    Mono<Integer> post(String url, byte[] body) {
        return post(http, url, body);
    }

    private static Mono<Integer> post(HttpClient http, String url, byte[] body) {
        return http.headers(headers -> headers.set(StreamHeaders.CONTENT_TYPE, StreamFormat.APPLICATION_JSON)
                        .set("Content-Length", body.length))
                .post()
                .uri(url)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                .responseSingle((response, content) -> content.then(requireSuccess(response.status())));
    }

    private static Mono<Integer> requireSuccess(HttpResponseStatus status) {
        return status.code() < 300
                ? Mono.just(status.code())
                : Mono.error(new IllegalStateException("The server answered with " + status));
    }
}
