package io.durablestreams.benchmarks;

import java.io.IOException;
import java.io.OutputStream;

/** Runs one measurement: its name, and mostly its size, are the arguments. */
public final class BenchmarkApplication {

    private BenchmarkApplication() {}

    public static void main(String[] arguments) throws IOException {
        String name = arguments.length > 0 ? arguments[0] : "help";
        switch (name) {
            case "throughput" -> throughput(size(arguments, 1_000_000));
            case "produce" -> new ProduceBenchmark().run(comparison(), size(arguments, 1_000_000));
            case "cost" -> new ProduceCost().run(size(arguments, 1_000_000));
            case "send" -> sendLatency(size(arguments, 5_000));
            case "linear" -> new LongReads().linearity(100_000, size(arguments, 10_000_000));
            case "large" -> new LongReads().large(size(arguments, 5));
            case "latency" -> new LiveLatency().run(size(arguments, 10_000));
            case "idle" -> new IdleReaders().run(size(arguments, 10_000));
            case "serve" -> serve(arguments[1]);
            default ->
                System.out.println("Arguments: throughput [messages] | produce [messages] | cost [messages] |"
                        + " send [messages] | linear [messages] | large [GB] | latency [events] | idle [readers]");
        }
        System.exit(0);
    }

    /** Runs a server until its input ends; for a {@link ServerProcess}. */
    private static void serve(String server) throws IOException {
        if (server.equals("idle")) {
            new IdleServer().run();
        } else if (server.equals(StreamServer.NAME)) {
            StreamServer.listen();
            awaitEndOfInput();
        } else {
            try (PrebuiltServer events = new PrebuiltServer(new byte[0], 0)) {
                System.out.println(events.url());
                awaitEndOfInput();
            }
        }
    }

    private static void awaitEndOfInput() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
    }

    private static int size(String[] arguments, int otherwise) {
        return arguments.length > 1 ? Integer.parseInt(arguments[1]) : otherwise;
    }

    private static void sendLatency(int messages) {
        Comparison.printHeader();
        new SendLatency().run(messages);
    }

    private static Comparison comparison() {
        Comparison.printHeader();
        return new Comparison(3, 7);
    }

    private static void throughput(int messages) {
        Comparison comparison = comparison();
        new CatchUpBenchmark().run(comparison, messages);
        new ProduceBenchmark().run(comparison, messages);
    }
}
