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

/** The time from sending an event to its delivery over SSE, against a bare socket that looks for the same events. */
final class LiveLatency {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    void run(int events) {
        try (PrebuiltServer server = new PrebuiltServer(new byte[0], 0)) {
            bare(server.url(), events);
            library(server.url(), events);
            long[] bare = bare(server.url(), events);
            long[] library = library(server.url(), events);
            print("library", library);
            print("bare socket", bare);
            System.out.printf(
                    Locale.ROOT,
                    "ratio p50 %.2f, p99 %.2f%n",
                    at(library, 0.5) / at(bare, 0.5),
                    at(library, 0.99) / at(bare, 0.99));
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

    private static void print(String name, long[] latencies) {
        System.out.printf(
                Locale.ROOT,
                "%-12s p50 %.0f us, p99 %.0f us%n",
                name,
                at(latencies, 0.5) / 1000,
                at(latencies, 0.99) / 1000);
    }

    private static double at(long[] values, double quantile) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (quantile * (sorted.length - 1))];
    }
}
