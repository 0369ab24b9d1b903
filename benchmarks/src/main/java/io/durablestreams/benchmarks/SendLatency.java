package io.durablestreams.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.StreamFormat;

/**
 * The time from {@code send} to its receipt at 1,000 messages a second without linger, against a bare POST of the same
 * message. The two take turns, each half a millisecond after the other, so that what disturbs one disturbs both.
 */
final class SendLatency {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long HALF_INTERVAL = TimeUnit.MICROSECONDS.toNanos(500);
    private static final int ROUNDS = 5;

    void run(int messages) {
        try (PrebuiltServer server = new PrebuiltServer(new byte[0], 0)) {
            DurableStreamClient client = DurableStreamClient.create(server.url());
            IdempotentProducer producer = client.stream(server.url())
                    .withContentType(StreamFormat.APPLICATION_JSON)
                    .producer("latency", ProducerSettings.DEFAULT.withLinger(Duration.ZERO));
            BareClient bare = new BareClient();
            round(messages, number -> producer.send(Event.number(number)), number -> bare(bare, server.url(), number));
            double[][] library = new double[2][ROUNDS];
            double[][] limit = new double[2][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                long[][] latencies = round(
                        messages,
                        number -> producer.send(Event.number(number)),
                        number -> bare(bare, server.url(), number));
                quantiles(latencies[0], library, round);
                quantiles(latencies[1], limit, round);
            }
            producer.close().block(PATIENCE);
            client.dispose();
            print("send, p50", library[0], limit[0]);
            print("send, p99", library[1], limit[1]);
        }
    }

    private static void print(String name, double[] library, double[] limit) {
        Comparison.printLine(name + " (us)", Comparison.median(library) / 1000, Comparison.median(limit) / 1000);
    }

    private static void quantiles(long[] latencies, double[][] quantiles, int round) {
        Arrays.sort(latencies);
        quantiles[0][round] = latencies[latencies.length / 2];
        quantiles[1][round] = latencies[latencies.length / 100 * 99];
    }

    private static Mono<?> bare(BareClient client, String url, long number) {
        byte[] body = JsonMapper.shared().writeValueAsBytes(new Event[] {Event.number(number)});
        return client.post(url, body);
    }

    /** Returns the latencies of the library, and those of the limit. */
    private static long[][] round(int messages, LongFunction<Mono<?>> library, LongFunction<Mono<?>> limit) {
        long[][] latencies = new long[2][messages];
        CountDownLatch left = new CountDownLatch(2 * messages);
        long next = System.nanoTime();
        for (int i = 0; i < 2 * messages; i++) {
            next = Math.max(next + HALF_INTERVAL, System.nanoTime());
            for (long wait = next - System.nanoTime(); wait > 0; wait = next - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            int number = i / 2;
            long[] times = latencies[i % 2];
            long start = System.nanoTime();
            (i % 2 == 0 ? library : limit).apply(number).subscribe(receipt -> {}, Throwable::printStackTrace, () -> {
                times[number] = System.nanoTime() - start;
                left.countDown();
            });
        }
        await(left);
        return latencies;
    }

    private static void await(CountDownLatch left) {
        try {
            if (!left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(left.getCount() + " messages were not answered");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
