package io.durablestreams.benchmarks;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.StreamFormat;

/** The processor time and memory that the client needs for a message, compared with its serialisation by Jackson. */
final class ProduceCost {

    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 7;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final JsonMapper mapper = JsonMapper.shared();
    private final ProduceBenchmark producing = new ProduceBenchmark();
    private final ByteArrayOutputStream buffer =
            new ByteArrayOutputStream(2 * ProducerSettings.DEFAULT.batching().maxBatchBytes());

    /** A way to do some work. */
    private final class Way {

        private final String name;
        private final Runnable work;
        private final double[] cpu = new double[ROUNDS];
        private final double[] bytes = new double[ROUNDS];

        Way(String name, Runnable work) {
            this.name = name;
            this.work = work;
        }

        void measure(int round, int messages) {
            ClientCost cost = ClientCost.of(work);
            if (round >= 0) {
                cpu[round] = (double) cost.cpuNanos() / messages;
                bytes[round] = (double) cost.allocatedBytes() / messages;
            }
        }
    }

    void run(int count) {
        PrebuiltMessages messages =
                PrebuiltMessages.of(count, ProducerSettings.DEFAULT.batching().maxBatchBytes());
        try (PrebuiltServer server = new PrebuiltServer(new byte[0], 0)) {
            DurableStreamClient client = DurableStreamClient.create(server.url());
            Way[] ways = {
                new Way("Jackson, writeValue for each message", () -> writeValues(messages)),
                new Way("Jackson, one SequenceWriter", () -> writeSequence(messages)),
                new Way("bare client, batches", () -> producing.post(server.url(), messages)),
                new Way("producer, append of objects", () -> append(client, server, messages.events())),
                new Way("producer, append of serialised JSON", () -> append(client, server, messages.serialised())),
                new Way("producer, send of objects", () -> send(client, server, messages.events())),
                new Way("producer, send of serialised JSON", () -> send(client, server, messages.serialised()))
            };
            for (int round = -WARM_UPS; round < ROUNDS; round++) {
                for (Way way : ways) {
                    way.measure(round, count);
                }
            }
            print(ways, (double) messages.serialisedBytes() / count);
            client.dispose();
        }
    }

    private static void print(Way[] ways, double serialisedBytes) {
        double limit = Comparison.median(ways[0].cpu);
        System.out.printf("| %-50s | %14s | %14s | %14s |%n", "for each message", "CPU", "to writeValue", "bytes");
        System.out.println("|" + "-".repeat(52) + ("|" + "-".repeat(16)).repeat(3) + "|");
        for (Way way : ways) {
            double cpu = Comparison.median(way.cpu);
            System.out.printf(
                    Locale.ROOT,
                    "| %-50s | %,11.0f ns | %14.2f | %,14.0f |%n",
                    way.name,
                    cpu,
                    cpu / limit,
                    Comparison.median(way.bytes));
        }
        System.out.printf(Locale.ROOT, "A message has %.0f bytes.%n", serialisedBytes);
    }

    private void append(DurableStreamClient client, PrebuiltServer server, List<?> messages) {
        producing.produce(client, server.url(), StreamFormat.APPLICATION_JSON, messages);
    }

    private void send(DurableStreamClient client, PrebuiltServer server, List<?> messages) {
        IdempotentProducer producer = producing.producer(client, server.url(), StreamFormat.APPLICATION_JSON);
        new Sends().sendAll(producer, messages);
        producer.close().block(PATIENCE);
    }

    private void writeValues(PrebuiltMessages messages) {
        for (Event event : messages.events()) {
            mapper.writeValue(buffer, event);
            emptyWhenFull();
        }
    }

    private void writeSequence(PrebuiltMessages messages) {
        try (SequenceWriter writer = mapper.writer().writeValues(buffer)) {
            for (Event event : messages.events()) {
                writer.write(event);
                emptyWhenFull();
            }
        }
    }

    private void emptyWhenFull() {
        if (buffer.size() > ProducerSettings.DEFAULT.batching().maxBatchBytes()) {
            buffer.reset();
        }
    }
}
