package io.durablestreams.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.LiveMode;

/**
 * What live readers cost while nothing comes: heap of each, and threads. The server is a process of its own, an
 * {@link IdleServer}; in the end it sends every reader an event, which shows that all of them were reading.
 */
final class IdleReaders {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CONNECTING_AT_ONCE = 50;

    void run(int readers) {
        ConnectionProvider connections =
                ConnectionProvider.builder("live").maxConnections(readers).build();
        try (ServerProcess server = ServerProcess.start("idle")) {
            DurableStreamClient client = DurableStreamClient.builder()
                    .baseUrl(server.url())
                    .liveWebClient(WebClient.builder()
                            .clientConnector(new ReactorClientHttpConnector(HttpClient.create(connections)))
                            .build())
                    .readerSettings(ReaderSettings.DEFAULT.withSseIdleTimeout(PATIENCE.multipliedBy(5)))
                    .build();
            Disposable.Composite reads = Disposables.composite();
            CountDownLatch received = new CountDownLatch(readers);
            start(client, 0, 1, reads, received);
            long heapBefore = usedHeap();
            int threadsBefore = threads();
            start(client, 1, readers, reads, received);
            server.awaitLiveReads(readers);
            long heap = usedHeap() - heapBefore;
            int threads = threads() - threadsBefore;
            server.sendEvents();
            await(received);
            System.out.printf(
                    Locale.ROOT,
                    "%,d live readers: %.1f KB of heap each while idle, %d threads more than one reader has; all received%n",
                    readers,
                    heap / 1024.0 / (readers - 1),
                    threads);
            reads.dispose();
            client.dispose();
        } finally {
            connections.dispose();
        }
    }

    /** Starts readers, each of its own stream, and waits until all have caught up. */
    private static void start(
            DurableStreamClient client, int from, int to, Disposable.Composite reads, CountDownLatch received) {
        Flux.range(from, to - from)
                .flatMap(
                        number -> Mono.<Void>create(caughtUp -> reads.add(client.stream("stream-" + number)
                                .reader(Long.class)
                                .live(LiveMode.SSE)
                                .batches()
                                .subscribe(
                                        batch -> {
                                            if (batch.items().isEmpty()) {
                                                caughtUp.success();
                                            } else {
                                                received.countDown();
                                            }
                                        },
                                        caughtUp::error))),
                        CONNECTING_AT_ONCE)
                .blockLast(PATIENCE);
    }

    private static void await(CountDownLatch received) {
        try {
            if (!received.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(received.getCount() + " readers have not received the event");
            }
        } catch (InterruptedException interruption) {
            throw new IllegalStateException("Interrupted", interruption);
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }
}
