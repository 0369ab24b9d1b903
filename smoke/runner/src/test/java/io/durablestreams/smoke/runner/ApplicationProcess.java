package io.durablestreams.smoke.runner;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application in a JVM of its own. Its class path consists of its own classes and the runtime class path of its only
 * dependency, as resolved by Maven.
 */
final class ApplicationProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;

    private ApplicationProcess(Process process) {
        this.process = process;
    }

    /**
     * Runs an application to its end. The application must exit with 0.
     *
     * @param folder the folder of the application's module, such as {@code client}
     * @param mainClass the name of its main class below {@code io.durablestreams.smoke}
     */
    static void run(String folder, String mainClass, String... arguments) throws Exception {
        Path log = Path.of("target", mainClass + ".log");
        ProcessBuilder command =
                command(folder, mainClass, arguments).redirectErrorStream(true).redirectOutput(log.toFile());
        try (ApplicationProcess application = new ApplicationProcess(command.start())) {
            boolean ended = application.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(ended).as("%s ends by itself; see %s", mainClass, log).isTrue();
            assertThat(application.process.exitValue())
                    .as("exit code of %s:%n%s", mainClass, Files.readString(log))
                    .isZero();
        }
    }

    /** Starts an application that prints a line when it is ready, and exits when its standard input ends. */
    static ApplicationProcess start(String folder, String mainClass, String... arguments) throws IOException {
        return new ApplicationProcess(command(folder, mainClass, arguments)
                .redirectError(Path.of("target", mainClass + ".log").toFile())
                .start());
    }

    /** Waits for the next line of the standard output, and returns it. */
    String line() throws Exception {
        return CompletableFuture.supplyAsync(() -> process.inputReader(StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElse("nothing"))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static ProcessBuilder command(String folder, String mainClass, String... arguments) throws IOException {
        Path target = Path.of("..", folder, "target");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                target.resolve("classes") + File.pathSeparator + Files.readString(target.resolve("classpath.txt")),
                "io.durablestreams.smoke." + mainClass));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
