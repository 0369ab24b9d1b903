package io.durablestreams.autoconfigure.metrics;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;

import io.durablestreams.client.metrics.ReadMetricsRecorder;

/**
 * The meters of the readers of a client. No meter is tagged with the stream, because an application may read any number of
 * streams.
 */
final class MicrometerReadMetricsRecorder implements ReadMetricsRecorder {

    private static final String PREFIX = "durable.streams.reader.";

    private final Clock clock;
    private final Counter batches;
    private final Counter items;
    private final Counter bytes;
    private final Counter refusals;
    private final List<Counter> reconnects;
    private final Map<URI, Following> followed = new ConcurrentHashMap<>();

    /**
     * A stream with live reads.
     *
     * @param reads the number of its live reads
     * @param upToDateNanos the monotonic time at which one of these reads was last up to date
     */
    private record Following(int reads, long upToDateNanos) {}

    MicrometerReadMetricsRecorder(MeterRegistry registry) {
        this.clock = registry.config().clock();
        Meters meters = new Meters(registry, PREFIX);
        this.batches = meters.counter("batches", "Batches handed to subscribers, empty ones included");
        this.items = meters.counter("items", "Items handed to subscribers");
        this.bytes = meters.bytes("bytes", "Bytes of the answers that were read");
        this.refusals = meters.counter(
                "live.refused", "Live reads that failed because all connections for live reads were in use");
        this.reconnects = Arrays.stream(Cause.values())
                .map(cause -> meters.counter(
                        "reconnects",
                        "Further requests of reads, by what made them necessary",
                        "cause",
                        Meters.tag(cause)))
                .toList();
        Gauge.builder(PREFIX + "live", followed, MicrometerReadMetricsRecorder::reads)
                .description("Live reads in progress")
                .register(registry);
        TimeGauge.builder(
                        PREFIX + "since.up.to.date",
                        this,
                        TimeUnit.NANOSECONDS,
                        recorder -> recorder.longestSinceUpToDate())
                .description("Time since the live read that is furthest behind was last up to date")
                .register(registry);
    }

    private static int reads(Map<URI, Following> followed) {
        return followed.values().stream().mapToInt(Following::reads).sum();
    }

    private double longestSinceUpToDate() {
        long now = clock.monotonicTime();
        return followed.values().stream()
                .mapToLong(following -> now - following.upToDateNanos())
                .max()
                .orElse(0);
    }

    @Override
    public void liveReadStarted(URI url) {
        long now = clock.monotonicTime();
        followed.merge(url, new Following(1, now), (before, first) -> new Following(before.reads() + 1, now));
    }

    @Override
    public void liveReadEnded(URI url) {
        followed.computeIfPresent(
                url,
                (same, following) -> following.reads() == 1
                        ? null
                        : new Following(following.reads() - 1, following.upToDateNanos()));
    }

    @Override
    public void liveConnectionsExhausted(URI url) {
        refusals.increment();
    }

    @Override
    public void bytesReceived(URI url, int count) {
        bytes.increment(count);
    }

    @Override
    public void batchRead(URI url, int count) {
        batches.increment();
        items.increment(count);
    }

    @Override
    public void upToDate(URI url) {
        followed.computeIfPresent(url, (same, following) -> new Following(following.reads(), clock.monotonicTime()));
    }

    @Override
    public void reconnecting(URI url, Cause cause, Duration delay) {
        reconnects.get(cause.ordinal()).increment();
    }
}
