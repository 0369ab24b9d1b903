package io.durablestreams.autoconfigure.metrics;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.durablestreams.client.metrics.ReadMetricsRecorder.Cause;

import static org.assertj.core.api.Assertions.assertThat;

class MicrometerReadMetricsRecorderTest {

    private static final URI ORDERS = URI.create("http://example.org/orders");
    private static final URI EVENTS = URI.create("http://example.org/events");

    private final HandClock clock = new HandClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private final MicrometerReadMetricsRecorder recorder = new MicrometerReadMetricsRecorder(registry);

    @Test
    void countsBatchesItemsAndBytesOfAllStreams() {
        recorder.bytesReceived(ORDERS, 100);
        recorder.batchRead(ORDERS, 3);
        recorder.bytesReceived(EVENTS, 20);
        recorder.batchRead(EVENTS, 0);

        assertThat(count("batches")).isEqualTo(2);
        assertThat(count("items")).isEqualTo(3);
        assertThat(count("bytes")).isEqualTo(120);
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void countsReconnectsByCause(Cause cause) {
        recorder.reconnecting(ORDERS, cause, Duration.ZERO);
        recorder.reconnecting(EVENTS, cause, Duration.ofSeconds(1));

        assertThat(registry.get("durable.streams.reader.reconnects")
                        .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("durable.streams.reader.reconnects").counters())
                .as("the other causes")
                .filteredOn(counter -> counter.count() == 0)
                .hasSize(Cause.values().length - 1);
    }

    @Test
    void countsLiveReadsInProgressAndThoseThatFoundNoConnection() {
        recorder.liveReadStarted(ORDERS);
        recorder.liveReadStarted(ORDERS);
        recorder.liveReadStarted(EVENTS);
        assertThat(gauge("live")).isEqualTo(3);

        recorder.liveConnectionsExhausted(ORDERS);
        recorder.liveReadEnded(ORDERS);
        recorder.liveReadEnded(EVENTS);

        assertThat(gauge("live")).isEqualTo(1);
        assertThat(count("live.refused")).isEqualTo(1);
    }

    @Test
    void measuresHowLongAgoTheReadFurthestBehindWasUpToDate() {
        assertThat(secondsSinceUpToDate()).as("no live read").isZero();
        recorder.upToDate(ORDERS);
        recorder.liveReadStarted(ORDERS);
        recorder.liveReadStarted(EVENTS);
        clock.advance(10);
        recorder.upToDate(ORDERS);
        clock.advance(5);

        assertThat(secondsSinceUpToDate()).as("of the events").isEqualTo(15);
        recorder.liveReadEnded(EVENTS);
        assertThat(secondsSinceUpToDate()).as("of the orders").isEqualTo(5);
        recorder.liveReadEnded(ORDERS);
        assertThat(secondsSinceUpToDate()).isZero();
    }

    @Test
    void nothingOfAStreamIsKeptWhenItsReadsHaveEnded() {
        recorder.upToDate(ORDERS);
        recorder.liveReadEnded(EVENTS);

        assertThat(gauge("live")).isZero();
        assertThat(secondsSinceUpToDate()).isZero();
    }

    @Test
    void tagsHaveFewValuesAndEveryMeterADescription() {
        recorder.batchRead(ORDERS, 1);
        recorder.liveReadStarted(ORDERS);

        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTags())
                        .extracting(Tag::getKey)
                        .isSubsetOf("cause"))
                .extracting(Meter::getId)
                .allSatisfy(id -> assertThat(id.getDescription()).isNotBlank());
    }

    private double count(String name) {
        return registry.get("durable.streams.reader." + name).counter().count();
    }

    private double gauge(String name) {
        return registry.get("durable.streams.reader." + name).gauge().value();
    }

    private double secondsSinceUpToDate() {
        return registry.get("durable.streams.reader.since.up.to.date")
                .timeGauge()
                .value(TimeUnit.SECONDS);
    }

    /** A clock that is set by hand. */
    private static final class HandClock implements Clock {

        private long nanos = 1;

        void advance(int seconds) {
            nanos += TimeUnit.SECONDS.toNanos(seconds);
        }

        @Override
        public long wallTime() {
            return TimeUnit.NANOSECONDS.toMillis(nanos);
        }

        @Override
        public long monotonicTime() {
            return nanos;
        }
    }
}
