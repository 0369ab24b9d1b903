package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the lane against a network and a server that do their worst. A failure names its seed: run it again with
 * {@code -Dlane.simulation.seed=...}, or search for hours with {@code -Dlane.simulation.minutes=...}.
 */
class LaneSimulationTest {

    private static final String MINUTES = "lane.simulation.minutes";
    private static final String SEED = "lane.simulation.seed";

    private static final long LEAST_EVENTS = 1_000_000;
    private static final int TRACED_LINES = 200;

    @Test
    void keepsItsPromisesInAMillionEvents() {
        long events = 0;
        for (long seed = 0; events < LEAST_EVENTS; seed++) {
            events += run(seed);
        }
        assertThat(events).isGreaterThanOrEqualTo(LEAST_EVENTS);
    }

    @Test
    @EnabledIfSystemProperty(named = MINUTES, matches = "\\d+")
    void keepsItsPromisesForAsLongAsOneLikes() {
        long end = System.nanoTime() + Duration.ofMinutes(Long.getLong(MINUTES)).toNanos();
        while (System.nanoTime() - end < 0) {
            run(ThreadLocalRandom.current().nextLong());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = SEED, matches = "-?\\d+")
    void keepsItsPromisesForASeed() {
        run(Long.getLong(SEED));
    }

    private static long run(long seed) {
        LaneSimulation simulation = new LaneSimulation(seed, false);
        try {
            simulation.run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "Seed " + seed + ": " + failure.getMessage() + "\n" + simulation.plan() + "\n" + trace(seed),
                    failure);
        }
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
