package io.durablestreams.protocol.simulation;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs simulations: those of the seeds from 0 on by default, one with {@code -Dsimulation.seed=...}, or any with
 * {@code -Dsimulation.minutes=...}. A failure names its seed and ends with a trace.
 */
public final class Simulations {

    private static final int TRACED_LINES = 200;

    private final Factory factory;
    private final Set<Object> seen = new HashSet<>();

    /** Makes the run of a seed. */
    public interface Factory {

        SimulationRun of(long seed, boolean traced);
    }

    public Simulations(Factory factory) {
        this.factory = factory;
    }

    /**
     * Runs them.
     *
     * @param leastSteps how many steps are taken unless the properties tell something else
     * @param everything what must have happened in these steps
     */
    public void run(long leastSteps, Set<?> everything) {
        Long seed = Long.getLong("simulation.seed");
        Long minutes = Long.getLong("simulation.minutes");
        if (seed != null) {
            run(seed);
        } else if (minutes != null) {
            runFor(Duration.ofMinutes(minutes));
        } else {
            runSteps(leastSteps, everything);
        }
    }

    private void runFor(Duration time) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            run(ThreadLocalRandom.current().nextLong());
        }
    }

    private void runSteps(long leastSteps, Set<?> everything) {
        long steps = 0;
        for (long seed = 0; steps < leastSteps; seed++) {
            steps += run(seed);
        }
        Set<Object> missing = new HashSet<>(everything);
        missing.removeAll(seen);
        if (!missing.isEmpty()) {
            throw new AssertionError("In " + steps + " steps, this has never happened: " + missing);
        }
    }

    private long run(long seed) {
        SimulationRun run = factory.of(seed, false);
        try {
            run.run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "Seed " + seed + " (run it again with -Dsimulation.seed=" + seed + "): " + failure.getMessage()
                            + "\n" + run.plan() + "\n" + trace(seed),
                    failure);
        }
        seen.addAll(run.seen());
        return run.steps();
    }

    private String trace(long seed) {
        SimulationRun again = factory.of(seed, true);
        try {
            again.run();
        } catch (AssertionError | RuntimeException expected) {
            // It is the trace that counts here.
        }
        List<String> lines = again.trace();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TRACED_LINES), lines.size()));
    }
}
