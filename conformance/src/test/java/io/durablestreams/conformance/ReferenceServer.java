package io.durablestreams.conformance;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.util.FileSystemUtils;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The reference server of the protocol in a process of its own, for the tests of one class at a time. It starts with the
 * first use, on a free port that it keeps over restarts, and ends with the last test at the latest. Its log is in
 * {@code target/reference-server.log}.
 */
final class ReferenceServer implements AfterAllCallback {

    /** The longest wait for anything in these tests. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Path HOME = Path.of("reference-server");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final boolean keepsFiles;
    private @Nullable Path dataDirectory;
    private @Nullable Process process;
    private @Nullable URI url;
    private @Nullable DurableStreamClient client;

    private ReferenceServer(boolean keepsFiles) {
        this.keepsFiles = keepsFiles;
    }

    /** A server that forgets everything when it ends. */
    static ReferenceServer inMemory() {
        return new ReferenceServer(false);
    }

    /** A server that keeps its streams in a temporary folder, until the last test has ended. */
    static ReferenceServer inFiles() {
        return new ReferenceServer(true);
    }

    /** Where the server listens. */
    URI url() {
        if (process == null) {
            start();
        }
        return Objects.requireNonNull(url);
    }

    /** A client with default settings. */
    DurableStreamClient client() {
        if (client == null) {
            client = DurableStreamClient.create(url().toString());
        }
        return client;
    }

    /** A stream that no other test uses. */
    DurableStream newStream(StreamSpec spec) {
        DurableStream stream = client().stream("interop/" + UUID.randomUUID());
        stream.create(spec).block(PATIENCE);
        return stream;
    }

    /** Stops in good order, with what is under way finished and stored, and starts again at the same place. */
    void restart() {
        stop();
        start();
    }

    /** Ends the process without warning, and starts again at the same place. */
    void crashAndRestart() {
        end(Process::destroyForcibly);
        start();
    }

    /** Lets the next requests to a stream go wrong. */
    void inject(DurableStream stream, Fault fault) {
        HttpRequest request = HttpRequest.newBuilder(url().resolve("/_test/inject-error"))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(
                        fault.toJson(stream.url().getRawPath())))
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (client != null) {
            client.dispose();
            client = null;
        }
        if (process != null) {
            end(Process::destroyForcibly);
            process = null;
            url = null;
        }
        if (dataDirectory != null) {
            FileSystemUtils.deleteRecursively(dataDirectory);
            dataDirectory = null;
        }
    }

    private void stop() {
        // Not Process.destroy(), which closes the pipes along with it.
        end(running -> running.toHandle().destroy());
    }

    private void end(Consumer<Process> signal) {
        Process running = Objects.requireNonNull(process, "the reference server does not run");
        signal.accept(running);
        try {
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                running.destroyForcibly();
                throw new IllegalStateException("The reference server did not end within " + PATIENCE);
            }
        } catch (InterruptedException interrupted) {
            running.destroyForcibly();
            throw new IllegalStateException(interrupted);
        }
    }

    private void start() {
        if (!Files.isDirectory(HOME.resolve("node_modules"))) {
            throw new IllegalStateException("The reference server is not installed in " + HOME.toAbsolutePath()
                    + "; run-interop.sh does that, and runs these tests");
        }
        try {
            process = new ProcessBuilder(command())
                    .directory(HOME.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(new File("target/reference-server.log")))
                    .start();
            url = awaitUrl(process);
        } catch (IOException failure) {
            throw new UncheckedIOException("Node.js cannot be started", failure);
        }
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "serve.mjs"));
        command.addAll(List.of("--port", url == null ? "0" : Integer.toString(url.getPort())));
        if (keepsFiles) {
            if (dataDirectory == null) {
                dataDirectory = Files.createTempDirectory("reference-server");
            }
            command.addAll(List.of("--data-dir", dataDirectory.toString()));
        }
        return command;
    }

    private static URI awaitUrl(Process started) {
        CompletableFuture<URI> found = new CompletableFuture<>();
        Thread reader = new Thread(() -> readOutput(started, found), "reference-server-output");
        reader.setDaemon(true);
        reader.start();
        try {
            return found.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException failure) {
            started.destroyForcibly();
            throw new IllegalStateException(
                    "The reference server did not tell its URL; see target/reference-server.log", failure);
        }
    }

    /** Reads to the end, or the process would block once the pipe is full. */
    private static void readOutput(Process started, CompletableFuture<URI> found) {
        try (BufferedReader output = started.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("http://")) {
                    found.complete(URI.create(line));
                }
            }
            found.completeExceptionally(new IOException("The output has ended without a URL"));
        } catch (IOException failure) {
            found.completeExceptionally(failure);
        }
    }

    @Override
    public String toString() {
        return keepsFiles ? "in files" : "in memory";
    }
}
