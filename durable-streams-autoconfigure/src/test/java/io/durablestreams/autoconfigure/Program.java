package io.durablestreams.autoconfigure;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/** A program with the classes of the tests, in a JVM of its own, and what it prints. */
final class Program implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    private Program(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /**
     * Starts a program.
     *
     * @param classes folders with more classes, which come first
     * @param main the name of its class; options of the JVM may come before it, after blanks
     * @param arguments its arguments
     */
    static Program start(List<Path> classes, String main, List<String> arguments) throws IOException {
        List<String> classPath = new ArrayList<>();
        classes.forEach(folder -> classPath.add(folder.toString()));
        classPath.add(CLASS_PATH);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                String.join(File.pathSeparator, classPath)));
        command.addAll(List.of(main.split(" ")));
        command.addAll(arguments);
        return new Program(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Waits for a line that begins with a text. */
    String expect(String prefix) throws Exception {
        return within(() -> {
            for (String line = read(); line != null; line = read()) {
                if (line.startsWith(prefix)) {
                    return line;
                }
            }
            throw new AssertionError("There is no '" + prefix + "' in:\n" + String.join("\n", lines));
        });
    }

    /** SIGTERM, where there are signals. */
    void terminate() {
        process.toHandle().destroy(); // Not that of the process, which closes its output as well.
    }

    /** Waits for the end; returns all that was printed. */
    List<String> awaitEnd() throws Exception {
        within(() -> {
            for (String line = read(); line != null; line = read()) {}
            return true;
        });
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return lines;
    }

    int exitValue() {
        return process.exitValue();
    }

    private String read() {
        try {
            String line = output.readLine();
            if (line != null) {
                lines.add(line);
            }
            return line;
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    private static <T> T within(Supplier<T> reading) throws Exception {
        return CompletableFuture.supplyAsync(reading).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
}
