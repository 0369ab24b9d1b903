package io.durablestreams.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A process that runs this program as one of its servers, and talks by lines; the first one is the server's URL. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;
    private final String url;

    private ServerProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.url = line();
    }

    /**
     * Starts a server.
     *
     * @param server its name, see {@link BenchmarkApplication}
     */
    static ServerProcess start(String server) {
        String java = ProcessHandle.current().info().command().orElse("java");
        try {
            return new ServerProcess(
                    new ProcessBuilder(java, "-jar", System.getProperty("java.class.path"), "serve", server)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    String url() {
        return url;
    }

    /** Waits until an {@link IdleServer} holds so many live reads. */
    void awaitLiveReads(int count) {
        tell(Integer.toString(count));
        line();
    }

    /** Has an {@link IdleServer} send its events. */
    void sendEvents() {
        tell(IdleServer.SEND);
    }

    private void tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String line() {
        try {
            String line = output.readLine();
            if (line == null) {
                throw new IllegalStateException("The server has ended");
            }
            return line;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
