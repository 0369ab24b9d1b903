package io.durablestreams.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Our server as {@code run-server.sh} starts it. */
class StandaloneServerIT {

    private static Process start(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("./run-server.sh");
        builder.command().addAll(List.of(arguments));
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static String line(BufferedReader output) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return String.valueOf(output.readLine());
                    } catch (IOException failure) {
                        return failure.toString();
                    }
                })
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void tellsItsUrlServesAndStopsWhenItIsTerminated() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process server = start("--port", Integer.toString(port), "--long-poll-timeout", "500ms");
        try (BufferedReader output = server.inputReader()) {
            URI url = URI.create(line(output));
            assertThat(url.getPort()).isEqualTo(port);
            URI stream = URI.create(url + "/standalone");

            assertThat(Wire.send("PUT", stream, "", "Content-Type", "text/plain")
                            .statusCode())
                    .isEqualTo(201);
            long start = System.nanoTime();
            HttpResponse<String> poll =
                    Wire.send("GET", URI.create(stream + "?live=long-poll&offset=" + Wire.tail(stream)), "");
            assertThat(poll.statusCode()).isEqualTo(204);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(400), Duration.ofSeconds(10));

            server.toHandle().destroy();
            assertThat(line(output)).as("nothing behind the URL").isEqualTo("null");
            assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isEqualTo(128 + 15);
            assertThatThrownBy(() -> Wire.send("HEAD", stream, "")).hasCauseInstanceOf(ConnectException.class);
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void aLiveReadDoesNotHoldItBack() throws Exception {
        Process server = start("--port", "0");
        try (BufferedReader output = server.inputReader()) {
            URI stream = URI.create(line(output) + "/held");
            Wire.send("PUT", stream, "", "Content-Type", "text/plain");
            CompletableFuture<HttpResponse<String>> reading = CompletableFuture.supplyAsync(
                    () -> Wire.send("GET", URI.create(stream + "?live=sse&offset=-1"), ""));
            Wire.send("POST", stream, "x", "Content-Type", "text/plain");

            server.toHandle().destroy();

            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(reading.handle((answer, failure) -> true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            server.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--prot 1", "--port", "--port 65536", "--port -1", "--long-poll-timeout 0ms"})
    void refusesWhatItDoesNotUnderstand(String arguments) throws Exception {
        String option = arguments.split(" ")[0];
        assertThat(ended(2, arguments.split(" "))).hasSize(1).first().asString().contains(option);
    }

    @Test
    void saysThatItsPortIsInUse() throws Exception {
        try (ServerSocket inUse = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(inUse.getLocalPort());

            assertThat(ended(1, "--port", port)).hasSize(1).first().asString().contains("Port " + port, "--port");
        }
    }

    @Test
    void tellsItsUsage() throws Exception {
        assertThat(ended(0, "--help")).hasSize(1).first().asString().startsWith("Usage:");
    }

    /** All that a server says that does not run. */
    private static List<String> ended(int exitCode, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("./run-server.sh");
        builder.command().addAll(List.of(arguments));
        Process server = builder.redirectErrorStream(true).start();
        try (BufferedReader output = server.inputReader()) {
            List<String> lines = CompletableFuture.supplyAsync(
                            () -> output.lines().toList())
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isEqualTo(exitCode);
            return lines;
        } finally {
            server.destroyForcibly();
        }
    }
}
