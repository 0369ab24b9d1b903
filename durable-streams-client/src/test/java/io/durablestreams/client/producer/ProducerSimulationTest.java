package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import io.durablestreams.client.error.DeliveryAbandonedException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.protocol.AppendReceipt.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a producer, through its public API, against an application, a network and a server that do their worst. A failure
 * names its seed: run it again with {@code -Dsimulation.seed=...}, or search for hours with
 * {@code -Dsimulation.minutes=...}.
 */
class ProducerSimulationTest {

    private static final long LEAST_STEPS = 400_000;
    private static final int TRACED_LINES = 200;

    private final Set<Object> seen = new HashSet<>();
    private long runs;
    private long steps;

    @Test
    void keepsItsPromisesWhateverHappens() {
        Long seed = Long.getLong("simulation.seed");
        Long minutes = Long.getLong("simulation.minutes");
        if (seed != null) {
            run(seed);
        } else if (minutes != null) {
            runFor(Duration.ofMinutes(minutes));
        } else {
            runSomeSteps();
        }
    }

    private void runFor(Duration time) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            run(ThreadLocalRandom.current().nextLong());
        }
    }

    private void runSomeSteps() {
        for (long seed = 0; steps < LEAST_STEPS; seed++) {
            run(seed);
        }
        assertThat(seen).as("everything has happened").containsAll(everythingThatCanHappen());
    }

    private static Set<Object> everythingThatCanHappen() {
        Set<Object> all = new HashSet<>(List.of(Outcome.values()));
        all.addAll(List.of(ProducerMetricsRecorder.Cause.values()));
        all.addAll(List.of(0, 200, 204, 400, 403, 409, 413, 429, 503));
        all.addAll(List.of("flush", "flush fails", "restart", "restart fails", "close", "close fails"));
        all.addAll(List.of("closeStream", "closeStream fails"));
        all.addAll(List.of("closeProducers", "closeProducers fails"));
        all.addAll(List.of(
                DeliveryTimeoutException.class,
                DeliveryAbandonedException.class,
                ProducerFencedException.class,
                ProducerSequenceGapException.class,
                StreamClosedException.class,
                StreamRequestException.class,
                ProducerClosedException.class,
                ProducerBufferFullException.class,
                IllegalArgumentException.class));
        return all;
    }

    private void run(long seed) {
        ProducerSimulation simulation = new ProducerSimulation(seed, false);
        try {
            simulation.run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "Seed " + seed + " (run it again with -Dsimulation.seed=" + seed + "): " + failure.getMessage()
                            + "\n" + simulation.plan() + "\n" + trace(seed),
                    failure);
        }
        seen.addAll(simulation.seen());
        steps += simulation.steps();
        runs++;
    }

    private static String trace(long seed) {
        ProducerSimulation again = new ProducerSimulation(seed, true);
        try {
            again.run();
        } catch (AssertionError | RuntimeException expected) {
            // It is the trace that counts here.
        }
        List<String> lines = again.trace();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TRACED_LINES), lines.size()));
    }
}
