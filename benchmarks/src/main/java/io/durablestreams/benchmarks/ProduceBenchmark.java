package io.durablestreams.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.StreamFormat;

/** Producing messages, against a bare client that posts the same batches, serialised beforehand. */
final class ProduceBenchmark {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final BareClient bare = new BareClient();
    private final AtomicInteger producers = new AtomicInteger();

    void run(Comparison comparison, int count) {
        PrebuiltMessages messages =
                PrebuiltMessages.of(count, ProducerSettings.DEFAULT.batching().maxBatchBytes());
        String json = StreamFormat.APPLICATION_JSON;
        try (PrebuiltServer server = new PrebuiltServer(new byte[0], 0)) {
            String url = server.url();
            DurableStreamClient client = DurableStreamClient.create(url);
            comparison.run(
                    String.format("produce %,d objects", count),
                    count,
                    () -> post(url, messages),
                    () -> produce(client, url, json, messages.events()));
            comparison.run(
                    String.format("produce %,d serialised JSON messages", count),
                    count,
                    () -> post(url, messages),
                    () -> produce(client, url, json, messages.serialised()));
            comparison.run(
                    String.format("produce %,d messages of bytes", count),
                    count,
                    () -> post(url, messages),
                    () -> produce(client, url, StreamFormat.APPLICATION_OCTET_STREAM, messages.bytes()));
            client.dispose();
        }
        try (StreamServer server = new StreamServer()) {
            comparison.run(
                    String.format("produce %,d objects, stored", count),
                    count,
                    () -> server.store(messages, url -> post(url, messages)),
                    () -> server.store(messages, url -> produce(server.client(), url, json, messages.events())));
            comparison.run(
                    String.format("produce %,d serialised JSON messages, stored", count),
                    count,
                    () -> server.store(messages, url -> post(url, messages)),
                    () -> server.store(messages, url -> produce(server.client(), url, json, messages.serialised())));
        }
    }

    /** Posts the batches of all messages, and returns when they are acknowledged. */
    long post(String url, PrebuiltMessages messages) {
        bare.postAll(url, messages.batches());
        return messages.count();
    }

    /** Appends all messages, and returns when they are acknowledged. */
    long produce(DurableStreamClient client, String url, String contentType, List<?> messages) {
        IdempotentProducer producer = producer(client, url, contentType);
        messages.forEach(producer::append);
        producer.close().block(PATIENCE);
        return messages.size();
    }

    /** Returns a new producer, which has nothing to learn. */
    IdempotentProducer producer(DurableStreamClient client, String url, String contentType) {
        return client.stream(url).withContentType(contentType).producer("producer-" + producers.incrementAndGet());
    }
}
