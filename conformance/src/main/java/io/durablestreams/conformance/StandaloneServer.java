package io.durablestreams.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.netty.ChannelBindException;

import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.handler.ServerSettings;

/**
 * Runs the server of this project by itself, with its streams in memory, and prints its URL as the last line. Ends in
 * good order when it is terminated.
 */
final class StandaloneServer {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MAX_PORT = 65535;
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");
    private static final Pattern MILLIS = Pattern.compile("([1-9]\\d{0,8})ms");
    private static final String USAGE =
            "Usage: run-server.sh [--port N] [--long-poll-timeout 500ms] [--help]; port 0 is any free one";

    private StandaloneServer() {}

    /** The options of the command line. */
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
            if (!PORT.matcher(value).matches() || Integer.parseInt(value) > MAX_PORT) {
                throw new IllegalArgumentException(
                        "--port needs a number from 0 to " + MAX_PORT + ", but is '" + value + "'. " + USAGE);
            }
            return Integer.parseInt(value);
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
        if (List.of(arguments).contains("--help")) {
            System.out.println(USAGE);
            return;
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            exit(2, wrong.getMessage());
            return;
        }
        DurableStreamServer server = server(options);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop().block(PATIENCE)));
        try {
            System.out.println(server.start().block(PATIENCE));
        } catch (ChannelBindException taken) {
            exit(
                    1,
                    "Port " + options.port() + " cannot be used (" + reason(taken)
                            + "): end what listens there, or choose another one with --port; 0 is any free one");
        }
        new CountDownLatch(1).await();
    }

    private static DurableStreamServer server(Options options) {
        return DurableStreamServer.builder()
                .port(options.port())
                .settings(ServerSettings.DEFAULT.withLongPollTimeout(options.longPollTimeout()))
                .build();
    }

    private static String reason(ChannelBindException failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause != null ? cause : failure).getMessage());
    }

    private static void exit(int code, @Nullable String message) {
        System.err.println(message);
        System.exit(code);
    }
}
