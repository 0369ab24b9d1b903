package io.durablestreams.benchmarks;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.IdempotentProducer;
import io.durablestreams.client.ProducerSettings;
import io.durablestreams.protocol.StreamFormat;

/** Producing JSON messages, against a bare client that posts the same batches, serialised beforehand. */
final class ProduceBenchmark {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final JsonMapper mapper = JsonMapper.shared();
    private final HttpClient http = HttpClient.create();
    private final ProducerSettings settings = ProducerSettings.DEFAULT;
    private final AtomicInteger producers = new AtomicInteger();

    void run(Comparison comparison, int messages) {
        List<byte[]> batches = batches(messages);
        try (PrebuiltServer server = new PrebuiltServer(new byte[0], 0)) {
            DurableStreamClient client = DurableStreamClient.create(server.url());
            comparison.run(
                    String.format("produce %,d messages, serialising them", messages),
                    messages,
                    () -> post(server.url(), batches, messages),
                    () -> produce(client, server.url(), messages));
            client.dispose();
        }
    }

    private List<byte[]> batches(int messages) {
        List<byte[]> batches = new ArrayList<>();
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        for (int i = 0; i < messages; i++) {
            byte[] message = mapper.writeValueAsBytes(Event.number(i));
            if (batch.size() + message.length + 2 > settings.maxBatchBytes()) {
                batches.add(end(batch));
            }
            batch.write(batch.size() == 0 ? '[' : ',');
            batch.writeBytes(message);
        }
        batches.add(end(batch));
        return batches;
    }

    private static byte[] end(ByteArrayOutputStream batch) {
        batch.write(']');
        byte[] bytes = batch.toByteArray();
        batch.reset();
        return bytes;
    }

    private long post(String url, List<byte[]> batches, long messages) {
        Flux.fromIterable(batches)
                .flatMapSequential(
                        batch -> http.headers(headers -> headers.set("Content-Type", StreamFormat.APPLICATION_JSON)
                                        .set("Content-Length", batch.length))
                                .post()
                                .uri(url)
                                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(batch)))
                                .response(),
                        settings.maxInFlight())
                .blockLast(PATIENCE);
        return messages;
    }

    private long produce(DurableStreamClient client, String url, int messages) {
        IdempotentProducer producer = client.stream(url)
                .withContentType(StreamFormat.APPLICATION_JSON)
                .producer("producer-" + producers.incrementAndGet());
        for (int i = 0; i < messages; i++) {
            producer.append(Event.number(i));
        }
        producer.close().block(PATIENCE);
        return messages;
    }
}
