package io.durablestreams.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Runs two ways to do the same work in turns, and prints the median of each and their ratio. */
final class Comparison {

    private final int warmUps;
    private final int rounds;

    /**
     * Creates a comparison.
     *
     * @param warmUps rounds that do not count
     * @param rounds rounds that do
     */
    Comparison(int warmUps, int rounds) {
        this.warmUps = warmUps;
        this.rounds = rounds;
    }

    /**
     * Measures and prints one line.
     *
     * @param name the name of the measurement
     * @param messages the messages that each way has to handle
     * @param limit the bare way; returns how many it handled
     * @param library the library's way; returns how many it handled
     */
    void run(String name, long messages, LongSupplier limit, LongSupplier library) {
        double[] limitSeconds = new double[rounds];
        double[] librarySeconds = new double[rounds];
        for (int round = -warmUps; round < rounds; round++) {
            double bare = seconds(messages, limit);
            double ours = seconds(messages, library);
            if (round >= 0) {
                limitSeconds[round] = bare;
                librarySeconds[round] = ours;
            }
        }
        double bare = median(limitSeconds);
        double ours = median(librarySeconds);
        System.out.printf(
                Locale.ROOT,
                "| %-50s | %,12.0f/s | %,12.0f/s | %5.2f |%n",
                name,
                messages / ours,
                messages / bare,
                bare / ours);
    }

    /** Prints a line of figures that were measured elsewhere. */
    static void printLine(String name, double library, double limit) {
        System.out.printf(
                Locale.ROOT, "| %-50s | %,14.0f | %,14.0f | %5.2f |%n", name, library, limit, library / limit);
    }

    static void printHeader() {
        System.out.printf("| %-50s | %14s | %14s | %5s |%n", "messages", "library", "limit", "ratio");
        System.out.println(
                "|" + "-".repeat(52) + "|" + "-".repeat(16) + "|" + "-".repeat(16) + "|" + "-".repeat(7) + "|");
    }

    private static double seconds(long messages, LongSupplier work) {
        long start = System.nanoTime();
        long handled = work.getAsLong();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (handled != messages) {
            throw new IllegalStateException("Handled " + handled + " messages instead of " + messages);
        }
        return seconds;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
