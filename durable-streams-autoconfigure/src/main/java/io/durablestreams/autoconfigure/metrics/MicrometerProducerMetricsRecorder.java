package io.durablestreams.autoconfigure.metrics;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.protocol.AppendReceipt;

/**
 * The meters of the producers of a client. No meter is tagged with the stream or the producer, because an application may
 * have any number of them. All meters are registered on creation. Except: the counters of failures and refusals are
 * registered for each exception type on its first occurrence.
 */
final class MicrometerProducerMetricsRecorder implements ProducerMetricsRecorder {

    private static final String PREFIX = "durable.streams.producer.";
    private static final String EXCEPTION = "exception";

    private final List<Settled> acknowledged;
    private final Settled failed;
    private final MeterProvider<Counter> failures;
    private final MeterProvider<Counter> refusals;
    private final List<Counter> retries;
    private final Counter splits;
    private final Counter fences;
    private final Counter gaps;
    private final Counter epochRaises;
    private final DistributionSummary fill;
    private final Timer latency;
    private final LevelPerProducer inFlight = new LevelPerProducer();
    private final LevelPerProducer buffered = new LevelPerProducer();

    /** The counters of completed batches, messages and bytes with one outcome. */
    private record Settled(Counter batches, Counter messages, Counter bytes) {

        static Settled as(String outcome, Meters meters) {
            return new Settled(
                    meters.counter("batches", "Batches that were settled", "outcome", outcome),
                    meters.counter("messages", "Messages that were settled", "outcome", outcome),
                    meters.bytes("bytes", "Bytes of the messages that were settled", "outcome", outcome));
        }

        void add(int messageCount, int byteCount) {
            batches.increment();
            messages.increment(messageCount);
            bytes.increment(byteCount);
        }
    }

    MicrometerProducerMetricsRecorder(MeterRegistry registry) {
        Meters meters = new Meters(registry, PREFIX);
        this.acknowledged = Arrays.stream(AppendReceipt.Outcome.values())
                .map(outcome -> Settled.as(Meters.tag(outcome), meters))
                .toList();
        this.failed = Settled.as("failed", meters);
        this.failures = Counter.builder(PREFIX + "failures")
                .description("Failed batches, and failed messages that were in none, by kind of exception")
                .withRegistry(registry);
        this.refusals = Counter.builder(PREFIX + "refused")
                .description("Messages that were not accepted, by kind of exception")
                .withRegistry(registry);
        this.retries = Arrays.stream(Cause.values())
                .map(cause -> meters.counter(
                        "retries", "Batches that were sent once more, by why", "cause", Meters.tag(cause)))
                .toList();
        this.splits =
                meters.counter("splits", "Batches that were split, because the server refused them for their size");
        this.fences = meters.counter(
                "fences", "Answers that another incarnation writes, under a higher epoch or under the same numbers");
        this.gaps = meters.counter("gaps", "Answers that batches in front are missing");
        this.epochRaises = meters.counter("epoch.raises", "Times that a producer went on under another epoch");
        this.fill = DistributionSummary.builder(PREFIX + "batch.fill")
                .description("How much of the size limit of a batch was used, 1 for all")
                .register(registry);
        this.latency = Timer.builder(PREFIX + "latency")
                .description("Time from the acceptance of a batch's first message to its acknowledgement")
                .register(registry);
        Gauge.builder(PREFIX + "in.flight", inFlight, LevelPerProducer::sum)
                .description("Batches under way")
                .register(registry);
        Gauge.builder(PREFIX + "buffered", buffered, LevelPerProducer::sum)
                .description("Bytes of messages in the buffers of producers")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    @Override
    public void batchStarted(URI url, int messages, int bytes, double share) {
        if (messages > 0) {
            fill.record(share);
        }
    }

    @Override
    public void batchSplit(URI url, int messages) {
        splits.increment();
    }

    @Override
    public void batchStored(URI url, int messages, int bytes, AppendReceipt.Outcome outcome, Duration waited) {
        acknowledged.get(outcome.ordinal()).add(messages, bytes);
        latency.record(waited);
    }

    @Override
    public void batchFailed(URI url, int messages, int bytes, DurableStreamException cause) {
        failed.add(messages, bytes);
        failure(cause);
    }

    @Override
    public void messageFailed(URI url, DurableStreamException cause) {
        failed.messages().increment();
        failure(cause);
    }

    private void failure(DurableStreamException cause) {
        failures.withTag(EXCEPTION, cause.getClass().getSimpleName()).increment();
    }

    @Override
    public void messageRefused(URI url, DurableStreamException cause) {
        refusals.withTag(EXCEPTION, cause.getClass().getSimpleName()).increment();
    }

    @Override
    public void retrying(URI url, Cause cause) {
        retries.get(cause.ordinal()).increment();
    }

    @Override
    public void fenced(URI url, long currentEpoch) {
        fences.increment();
    }

    @Override
    public void gap(URI url, long expectedSeq) {
        gaps.increment();
    }

    @Override
    public void epochRaised(URI url, long epoch) {
        epochRaises.increment();
    }

    @Override
    public void inFlight(URI url, String producerId, int batches) {
        inFlight.set(url, producerId, batches);
    }

    @Override
    public void buffered(URI url, String producerId, long bytes) {
        buffered.set(url, producerId, bytes);
    }
}
