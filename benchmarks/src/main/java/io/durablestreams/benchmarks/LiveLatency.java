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

import reactor.netty.http.client.HttpClient;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.protocol.LiveMode;

/**
 * The time from sending an event to its delivery over SSE, against a bare socket that looks for the same events, in turns.
 * The server is a process of its own on the same machine, whose {@link System#nanoTime()} is taken for ours: it is on Linux.
 */
final class LiveLatency {

    private static final int ROUNDS = 7;
    private static final String EVENTS = "?live=sse&offset=1";
    private static final String DATA = "data:[";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    void run(int events) {
        try (ServerProcess server = ServerProcess.start("events")) {
            double[][] library = new double[ROUNDS][];
            double[][] netty = new double[ROUNDS][];
            double[][] bare = new double[ROUNDS][];
            for (int round = -1; round < ROUNDS; round++) {
                int kept = Math.max(round, 0); // The first one warms up.
                library[kept] = quantiles(library(server.url(), events));
                netty[kept] = quantiles(netty(server.url(), events));
                bare[kept] = quantiles(bare(server.url(), events));
            }
            System.out.printf("| %-22s | %12s | %12s | %5s |%n", "latency", "figure", "limit", "ratio");
            System.out.printf("|%s|--------------|--------------|-------|%n", "-".repeat(24));
            print("library, p50", median(library, 0), median(bare, 0));
            print("library, p99", median(library, 1), median(bare, 1));
            print("Reactor Netty, p50", median(netty, 0), median(bare, 0));
            print("Reactor Netty, p99", median(netty, 1), median(bare, 1));
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

    /** What of the library's time is spent below it. */
    private static long[] netty(String url, int events) {
        List<Long> latencies = HttpClient.create()
                .get()
                .uri(url + EVENTS)
                .responseContent()
                .asString()
                .filter(text -> text.contains(DATA) && text.indexOf(']', text.indexOf(DATA)) > 0) // Not a torn one.
                .map(text -> System.nanoTime() - sent(text, text.indexOf(DATA)))
                .take(events)
                .collectList()
                .blockOptional(PATIENCE)
                .orElseThrow();
        return latencies.stream().mapToLong(Long::longValue).toArray();
    }

    private static long sent(String text, int data) {
        int from = data + DATA.length();
        return Long.parseLong(text, from, text.indexOf(']', from), 10);
    }

    private static long[] bare(String url, int events) {
        URI target = URI.create(url);
        try (Socket socket = new Socket(target.getHost(), target.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + target.getPath() + EVENTS + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            long[] latencies = new long[events];
            for (int i = 0; i < events; ) {
                String line = lines.readLine();
                if (line.startsWith(DATA)) {
                    latencies[i++] = System.nanoTime() - sent(line, 0);
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
                "| %-22s | %9.0f us | %9.0f us | %5.2f |%n",
                name,
                library / 1000,
                limit / 1000,
                library / limit);
    }
}
