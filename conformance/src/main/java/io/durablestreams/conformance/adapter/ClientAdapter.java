package io.durablestreams.conformance.adapter;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/** Reads commands, one JSON object a line, and answers each with one line before it reads the next. */
final class ClientAdapter {

    /** The other side gives up after 30 s, and would take a late answer for that of the next command. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** The same for benchmarks, which may take 60 s. */
    private static final Duration BENCHMARK_LIMIT = Duration.ofSeconds(50);

    private static final String UNKNOWN = "unknown";

    private final CommandLines lines;
    private final PrintStream results;
    private final Commands commands = new Commands();

    ClientAdapter(CommandLines lines, PrintStream results) {
        this.lines = lines;
        this.results = results;
    }

    public static void main(String... arguments) throws IOException {
        PrintStream results = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err); // Standard output is for results and nothing else.
        ClientAdapter adapter = new ClientAdapter(new CommandLines(System.in), results);
        Runtime.getRuntime().addShutdownHook(new Thread(adapter.commands::close));
        adapter.run();
    }

    /** Answers commands until {@code shutdown} or the end of the input. */
    void run() throws IOException {
        for (String line = lines.next(); line != null; line = commands.isClosed() ? null : lines.next()) {
            if (!line.isBlank()) {
                results.print(answer(line).toJson() + '\n');
                results.flush();
            }
        }
        commands.close();
    }

    private Result answer(String line) {
        Command command;
        try {
            command = Command.parse(line);
        } catch (JacksonException notJson) {
            return Result.error(UNKNOWN, ErrorCode.PARSE_ERROR, notJson.getOriginalMessage());
        }
        try {
            String type = command.text("type");
            return await(commands.handle(type, command), limit(command)).as(type);
        } catch (RuntimeException | TimeoutException | Error failure) { // Every command is answered, come what may.
            return Failures.toResult(command.textOr("type", UNKNOWN), failure);
        }
    }

    private static Duration limit(Command command) {
        if (command.is("benchmark")) {
            return BENCHMARK_LIMIT;
        }
        Duration asked = Duration.ofMillis(command.is("read") ? command.numberOr("timeoutMs", 0) : 0);
        return asked.compareTo(LIMIT) < 0 ? LIMIT : asked.plusSeconds(5);
    }

    private static Result await(Mono<Result> handling, Duration limit) throws TimeoutException {
        CompletableFuture<Result> result = handling.toFuture();
        try {
            return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof TimeoutException timeout) {
                throw timeout;
            }
            throw failure.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(failure);
        } catch (TimeoutException tooLate) {
            throw new TimeoutException("No result within " + limit);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } finally {
            result.cancel(true);
        }
    }
}
