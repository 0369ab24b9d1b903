package io.durablestreams.benchmarks;

/** Runs the measurements and prints a table. The one argument is the number of messages; 1,000,000 without it. */
public final class BenchmarkApplication {

    private BenchmarkApplication() {}

    public static void main(String[] arguments) {
        int messages = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        Comparison comparison = new Comparison(3, 7);
        Comparison.printHeader();
        new CatchUpBenchmark().run(comparison, messages);
        new ProduceBenchmark().run(comparison, messages);
        System.exit(0);
    }
}
