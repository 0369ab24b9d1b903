package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;

import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the lane against a network and a server that do their worst. A failure names its seed: run it again with
 * {@code -Dsimulation.seed=...}, or search for hours with {@code -Dsimulation.minutes=...}.
 */
class LaneSimulationTest {

    private static final long LEAST_EVENTS = 1_000_000;
    private static final int TRACED_LINES = 200;

    private final Set<Enum<?>> seen = new HashSet<>();

    @Test
    void keepsItsPromisesWhateverHappens() {
        Long seed = Long.getLong("simulation.seed");
        Long minutes = Long.getLong("simulation.minutes");
        if (seed != null) {
            run(seed);
        } else if (minutes != null) {
            runFor(Duration.ofMinutes(minutes));
        } else {
            runAMillionEvents();
        }
    }

    private void runFor(Duration time) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            run(ThreadLocalRandom.current().nextLong());
        }
    }

    private void runAMillionEvents() {
        long events = 0;
        for (long seed = 0; events < LEAST_EVENTS; seed++) {
            events += run(seed);
        }
        assertThat(seen).as("everything has happened").containsAll(everythingThatCanHappen());
    }

    private static List<Enum<?>> everythingThatCanHappen() {
        List<Enum<?>> all = new ArrayList<>(List.of(Outcome.values()));
        all.addAll(List.of(FailureReason.values()));
        all.addAll(List.of(SimulatedServer.Reply.Kind.values()));
        return all;
    }

    private long run(long seed) {
        LaneSimulation simulation = new LaneSimulation(seed, false);
        try {
            simulation.run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "Seed " + seed + " (run it again with -Dsimulation.seed=" + seed + "): " + failure.getMessage()
                            + "\n" + simulation.plan() + "\n" + trace(seed),
                    failure);
        }
        seen.addAll(simulation.checks().seen());
        return simulation.laneEvents();
    }

    private static String trace(long seed) {
        LaneSimulation again = new LaneSimulation(seed, true);
        try {
            again.run();
        } catch (AssertionError | RuntimeException expected) {
            // It is the trace that counts here.
        }
        List<String> lines = again.trace();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TRACED_LINES), lines.size()));
    }
}
