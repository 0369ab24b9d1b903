package io.durablestreams.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.protocol.LiveMode;

/**
 * The time from sending an event to its delivery over SSE, against a bare socket that looks for the same events, in turns.
 * The server is a process of its own on the same machine, whose {@link System#nanoTime()} is taken for ours: it is on Linux.
 */
final class LiveLatency {

    private static final int ROUNDS = 7;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    void run(int events) {
        try (ServerProcess server = ServerProcess.start("events")) {
            double[][] library = new double[ROUNDS][];
            double[][] bare = new double[ROUNDS][];
            for (int round = -1; round < ROUNDS; round++) {
                double[] ours = quantiles(library(server.url(), events));
                double[] limit = quantiles(bare(server.url(), events));
                if (round >= 0) {
                    library[round] = ours;
                    bare[round] = limit;
                }
            }
            System.out.printf("| %-7s | %12s | %12s | %5s |%n", "latency", "library", "limit", "ratio");
            System.out.println("|---------|--------------|--------------|-------|");
            print("p50", median(library, 0), median(bare, 0));
            print("p99", median(library, 1), median(bare, 1));
        }
    }

    private static long[] library(String url, int events) {
        DurableStreamClient client = DurableStreamClient.create(url);
        List<Long> latencies = client.stream(url)
                .reader(Long.class)
                .live(LiveMode.SSE)
                .items()
                .map(sent -> System.nanoTime() - sent)
                .take(events)
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
        client.dispose();
        return latencies.stream().mapToLong(Long::longValue).toArray();
    }

    private static long[] bare(String url, int events) {
        URI target = URI.create(url);
        try (Socket socket = new Socket(target.getHost(), target.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + target.getPath() + "?live=sse&offset=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            long[] latencies = new long[events];
            for (int i = 0; i < events; ) {
                String line = lines.readLine();
                if (line.startsWith("data:[")) {
                    latencies[i++] = System.nanoTime() - Long.parseLong(line.substring(6, line.length() - 1));
                }
            }
            return latencies;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static double[] quantiles(long[] latencies) {
        long[] sorted = latencies.clone();
        Arrays.sort(sorted);
        return new double[] {sorted[(int) (0.5 * (sorted.length - 1))], sorted[(int) (0.99 * (sorted.length - 1))]};
    }

    private static double median(double[][] rounds, int quantile) {
        double[] sorted = Arrays.stream(rounds)
                .mapToDouble(round -> round[quantile])
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private static void print(String name, double library, double limit) {
        System.out.printf(
                Locale.ROOT,
                "| %-7s | %9.0f us | %9.0f us | %5.2f |%n",
                name,
                library / 1000,
                limit / 1000,
                library / limit);
    }
}
