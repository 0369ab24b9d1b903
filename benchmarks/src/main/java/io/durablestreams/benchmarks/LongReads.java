package io.durablestreams.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.reader.StreamReader;

/** Answers that are larger than memory, and whether their cost grows in proportion. */
final class LongReads {

    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int BLOCK = 500;

    /** Compares the time per message of a long answer with that of a short one. */
    void linearity(int shortRead, int longRead) {
        nanosPerMessage(longRead / 5);
        double[] one = new double[3];
        double[] other = new double[3];
        for (int round = 0; round < one.length; round++) {
            double sum = 0;
            int repetitions = 20;
            for (int i = 0; i < repetitions; i++) {
                sum += nanosPerMessage(shortRead);
            }
            one[round] = sum / repetitions;
            other[round] = nanosPerMessage(longRead);
        }
        Arrays.sort(one);
        Arrays.sort(other);
        System.out.printf(
                Locale.ROOT,
                "%,d messages: %.0f ns each; %,d messages: %.0f ns each; ratio %.2f%n",
                shortRead,
                one[1],
                longRead,
                other[1],
                other[1] / one[1]);
    }

    private static double nanosPerMessage(int messages) {
        try (PrebuiltServer server = new PrebuiltServer(Event.block(BLOCK), messages / BLOCK)) {
            long start = System.nanoTime();
            long read = read(server.url());
            if (read != messages) {
                throw new IllegalStateException("Read " + read + " messages instead of " + messages);
            }
            return (System.nanoTime() - start) / (double) messages;
        }
    }

    /** Reads one answer of so many gigabytes; for a small heap. */
    void large(int gigabytes) {
        byte[] block = Event.block(BLOCK);
        try (PrebuiltServer server = new PrebuiltServer(block, gigabytes * 1_000_000_000L / block.length)) {
            long start = System.nanoTime();
            long messages = read(server.url());
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%,d bytes in one answer, %,d messages, %.0f s, %.0f MB/s, maximum heap %d MB%n",
                    server.contentLength(),
                    messages,
                    seconds,
                    server.contentLength() / seconds / 1e6,
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    private static long read(String url) {
        DurableStreamClient client = DurableStreamClient.create(url);
        StreamReader<Event> reader = client.stream(url).reader(Event.class);
        AtomicLong count = new AtomicLong();
        reader.batches()
                .doOnNext(batch -> count.addAndGet(batch.items().size()))
                .blockLast(PATIENCE);
        client.dispose();
        return count.get();
    }
}
