package io.durablestreams.autoconfigure.metrics;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.durablestreams.client.metrics.ProducerMetricsRecorder.Cause;
import io.durablestreams.protocol.AppendReceipt.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

class MicrometerProducerMetricsRecorderTest {

    private static final URI ORDERS = URI.create("http://example.org/orders");
    private static final URI EVENTS = URI.create("http://example.org/events");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerProducerMetricsRecorder recorder = new MicrometerProducerMetricsRecorder(registry);

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void countsWhatIsAcknowledgedByOutcome(Outcome outcome) {
        recorder.batchStored(ORDERS, 3, 100, outcome, Duration.ofMillis(30));
        recorder.batchStored(EVENTS, 1, 20, outcome, Duration.ofMillis(10));

        assertThat(counters("batches", "outcome", tag(outcome))).containsExactly(2.0);
        assertThat(counters("messages", "outcome", tag(outcome))).containsExactly(4.0);
        assertThat(counters("bytes", "outcome", tag(outcome))).containsExactly(120.0);
        assertThat(List.of("batches", "messages", "bytes"))
                .allSatisfy(name -> assertThat(sum(name))
                        .isEqualTo(counters(name, "outcome", tag(outcome)).get(0)));
    }

    @Test
    void measuresHowLongAcknowledgedBatchesTook() {
        recorder.batchStored(ORDERS, 3, 100, Outcome.STORED, Duration.ofMillis(30));
        recorder.batchStored(EVENTS, 1, 20, Outcome.DUPLICATE, Duration.ofMillis(10));

        assertThat(registry.get("durable.streams.producer.latency").timer().count())
                .isEqualTo(2);
        assertThat(registry.get("durable.streams.producer.latency").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(40);
    }

    @Test
    void measuresHowFullBatchesAreButNotThatOfAClose() {
        recorder.batchStarted(ORDERS, 3, 100, 0.25);
        recorder.batchStarted(EVENTS, 1, 20, 0.75);
        recorder.batchStarted(EVENTS, 0, 0, 0);

        DistributionSummary fill =
                registry.get("durable.streams.producer.batch.fill").summary();
        assertThat(fill.count()).isEqualTo(2);
        assertThat(fill.mean()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void countsRetriesByCause(Cause cause) {
        recorder.retrying(ORDERS, cause);
        recorder.retrying(EVENTS, cause);

        assertThat(counters("retries", "cause", tag(cause))).containsExactly(2.0);
        assertThat(sum("retries")).as("with all other causes").isEqualTo(2);
    }

    @Test
    void everyOutcomeAndCauseIsThereBeforeItHappens() {
        assertThat(registry.get("durable.streams.producer.messages").counters())
                .extracting(counter -> counter.getId().getTag("outcome"))
                .containsExactlyInAnyOrder("stored", "duplicate", "possibly_repeated", "failed");
        assertThat(registry.get("durable.streams.producer.retries").counters())
                .extracting(counter -> counter.getId().getTag("cause"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Cause.values())
                        .map(MicrometerProducerMetricsRecorderTest::tag)
                        .toList());
    }

    @Test
    void addsUpTheProducersAndForgetsThemWhenNothingIsLeft() {
        recorder.inFlight(ORDERS, "a", 2);
        recorder.inFlight(ORDERS, "b", 3);
        recorder.inFlight(EVENTS, "a", 4);
        recorder.buffered(ORDERS, "a", 100);
        recorder.buffered(EVENTS, "a", 3L << 30);
        recorder.inFlight(ORDERS, "b", 0);
        recorder.buffered(ORDERS, "a", 0);

        assertThat(gauge("in.flight")).isEqualTo(6);
        assertThat(gauge("buffered")).isEqualTo(3L << 30);
    }

    @Test
    void tagsHaveFewValuesAndEveryMeterADescription() {
        recorder.batchStored(ORDERS, 3, 100, Outcome.STORED, Duration.ofMillis(30));
        recorder.inFlight(ORDERS, "a", 2);
        recorder.buffered(ORDERS, "a", 100);

        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTags())
                        .extracting(Tag::getKey)
                        .isSubsetOf("outcome", "cause"))
                .extracting(Meter::getId)
                .allSatisfy(id -> assertThat(id.getDescription()).isNotBlank());
    }

    private List<Double> counters(String name, String tag, String value) {
        return registry.get("durable.streams.producer." + name).tag(tag, value).counters().stream()
                .map(Counter::count)
                .toList();
    }

    private double sum(String name) {
        return registry.get("durable.streams.producer." + name).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private double gauge(String name) {
        return registry.get("durable.streams.producer." + name).gauge().value();
    }

    private static String tag(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
