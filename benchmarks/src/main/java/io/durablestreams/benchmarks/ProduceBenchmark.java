package io.durablestreams.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.IdempotentProducer;
import io.durablestreams.client.ProducerSettings;
import io.durablestreams.protocol.StreamFormat;

/** Producing messages, against a bare client that posts the same batches, serialised beforehand. */
final class ProduceBenchmark {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient http = HttpClient.create();
    private final ProducerSettings settings = ProducerSettings.DEFAULT;
    private final AtomicInteger producers = new AtomicInteger();

    void run(Comparison comparison, int count) {
        PrebuiltMessages messages = PrebuiltMessages.of(count, settings.maxBatchBytes());
        List<byte[]> bytes =
                messages.serialised().stream().map(message -> message.bytes()).toList();
        try (PrebuiltServer server = new PrebuiltServer(new byte[0], 0)) {
            DurableStreamClient client = DurableStreamClient.create(server.url());
            comparison.run(
                    String.format("produce %,d objects", count),
                    count,
                    () -> post(server.url(), messages),
                    () -> produce(client, server.url(), StreamFormat.APPLICATION_JSON, messages.events()));
            comparison.run(
                    String.format("produce %,d serialised JSON messages", count),
                    count,
                    () -> post(server.url(), messages),
                    () -> produce(client, server.url(), StreamFormat.APPLICATION_JSON, messages.serialised()));
            comparison.run(
                    String.format("produce %,d messages of bytes", count),
                    count,
                    () -> post(server.url(), messages),
                    () -> produce(client, server.url(), StreamFormat.APPLICATION_OCTET_STREAM, bytes));
            client.dispose();
        }
    }

    long post(String url, PrebuiltMessages messages) {
        Flux.fromIterable(messages.batches())
                .flatMapSequential(batch -> post(http, url, batch), settings.maxInFlight())
                .blockLast(PATIENCE);
        return messages.count();
    }

    static Mono<HttpClientResponse> post(HttpClient http, String url, byte[] body) {
        return http.headers(headers -> headers.set("Content-Type", StreamFormat.APPLICATION_JSON)
                        .set("Content-Length", body.length))
                .post()
                .uri(url)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                .response();
    }

    /** Appends all messages, and returns when they are acknowledged. */
    long produce(DurableStreamClient client, String url, String contentType, List<?> messages) {
        IdempotentProducer producer =
                client.stream(url).withContentType(contentType).producer("producer-" + producers.incrementAndGet());
        messages.forEach(producer::append);
        producer.close().block(PATIENCE);
        return messages.size();
    }
}
