package io.durablestreams.conformance;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.ServerSettings;

/**
 * Runs the server of this project by itself, with its streams in memory, and prints its URL as the last line. Ends in
 * good order when it is terminated.
 */
final class StandaloneServer {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern MILLIS = Pattern.compile("(\\d+)ms");
    private static final String USAGE =
            "Usage: run-server.sh [--port N] [--long-poll-timeout 500ms]; port 0 is any free one";

    private StandaloneServer() {}

    /** What the command line says. */
    record Options(int port, Duration longPollTimeout) {

        static Options parse(String... arguments) {
            Options options = new Options(DurableStreamServer.DEFAULT_PORT, ServerSettings.DEFAULT.longPollTimeout());
            for (int i = 0; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                options = switch (arguments[i]) {
                    case "--port" -> new Options(port(value), options.longPollTimeout());
                    case "--long-poll-timeout" -> new Options(options.port(), duration(value));
                    default -> throw new IllegalArgumentException("unknown option '" + arguments[i] + "'. " + USAGE);
                };
            }
            return options;
        }

        private static int port(String value) {
            try {
                return Integer.parseInt(value);
            } catch (NumberFormatException notANumber) {
                throw new IllegalArgumentException("--port needs a number, but is '" + value + "'. " + USAGE);
            }
        }

        private static Duration duration(String value) {
            Matcher millis = MILLIS.matcher(value);
            if (!millis.matches()) {
                throw new IllegalArgumentException(
                        "--long-poll-timeout needs milliseconds like 500ms, but is '" + value + "'. " + USAGE);
            }
            return Duration.ofMillis(Long.parseLong(millis.group(1)));
        }
    }

    public static void main(String... arguments) throws InterruptedException {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.exit(2);
            return;
        }
        DurableStreamServer server = DurableStreamServer.builder()
                .port(options.port())
                .settings(ServerSettings.DEFAULT.withLongPollTimeout(options.longPollTimeout()))
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop().block(PATIENCE)));
        System.out.println(server.start().block(PATIENCE));
        new CountDownLatch(1).await();
    }
}
