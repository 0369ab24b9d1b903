package io.durablestreams.conformance;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The adapter in a process of its own, as the official suite would run it. Its log is in {@code target/adapter.log}.
 *
 * <p>Commands and expected results are written with single quotes instead of double ones.
 */
final class AdapterProcess implements AutoCloseable {

    private static final List<String> ERROR_FIELDS = List.of(
            "type",
            "success",
            "commandType",
            "errorCode",
            "message",
            "details",
            "producerEpoch",
            "producerExpectedSeq",
            "producerReceivedSeq");

    private final Process process;
    private final OutputStream commands;
    private final BlockingQueue<Optional<String>> results = new LinkedBlockingQueue<>();

    private AdapterProcess(Process process) {
        this.process = process;
        this.commands = process.getOutputStream();
        Thread reader = new Thread(this::readResults, "adapter-output");
        reader.setDaemon(true);
        reader.start();
    }

    static AdapterProcess start() {
        return start(new ProcessBuilder("./run-adapter.sh"));
    }

    static AdapterProcess start(ProcessBuilder command) {
        try {
            return new AdapterProcess(
                    command.redirectError(ProcessBuilder.Redirect.appendTo(new File("target/adapter.log")))
                            .start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Starts an adapter for a server. */
    static AdapterProcess startFor(ReferenceServer server) {
        AdapterProcess adapter = start();
        adapter.expect("{'type':'init','serverUrl':'" + server.url() + "'}");
        return adapter;
    }

    /** Sends a command and returns its result, without what it tells of the answers' headers. */
    JsonNode send(String command) {
        JsonNode result = sendAndTakeAll(command);
        return result instanceof ObjectNode object ? object.without(List.of("headers", "cursor")) : result;
    }

    /** Sends a command and returns its result, the only line that comes. */
    JsonNode sendAndTakeAll(String command) {
        write(command.replace('\'', '"') + "\n");
        String line = nextLine().orElseThrow(() -> new AssertionError("the adapter has ended"));
        assertThat(line).as("a line of ASCII only").matches("\\p{ASCII}*");
        assertThat(results).as("more than one line for one command").isEmpty();
        return json(line);
    }

    /** Sends a command that succeeds. */
    JsonNode expect(String command) {
        JsonNode result = send(command);
        assertThat(result.path("success").asBoolean())
                .as("%s -> %s", command, result)
                .isTrue();
        return result;
    }

    /** Writes bytes to the standard input, whatever they are. */
    void write(String text) {
        try {
            commands.write(text.getBytes(StandardCharsets.UTF_8));
            commands.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits for the next line of the standard output; empty when that has ended. */
    Optional<String> nextLine() {
        try {
            Optional<String> line = results.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("No line within " + PATIENCE + "; see target/adapter.log");
            }
            return line;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    void endInput() throws IOException {
        commands.close();
    }

    void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for the end of the process. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the adapter ends")
                .isTrue();
        return process.exitValue();
    }

    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** The fields of an expected result. */
    static JsonNode result(String text, Object... values) {
        return json(text.replace('\'', '"').formatted(values));
    }

    /** Expects an error without a status. */
    static void expectError(JsonNode result, String commandType, String code) {
        assertThat(result.path("type").stringValue()).as(result.toString()).isEqualTo("error");
        assertThat(result.get("success").booleanValue()).isFalse();
        assertThat(result.get("commandType").stringValue()).isEqualTo(commandType);
        assertThat(result.get("errorCode").stringValue()).as(result.toString()).isEqualTo(code);
        assertThat(result.get("message").stringValue()).isNotBlank();
        assertThat(result.has("status")).as(result.toString()).isFalse();
        assertThat(result.propertyNames()).isSubsetOf(ERROR_FIELDS);
    }

    /** Expects an error for an answer of a status. */
    static void expectError(JsonNode result, String commandType, String code, int status) {
        assertThat(result.path("status").asInt()).as(result.toString()).isEqualTo(status);
        expectError(((ObjectNode) result.deepCopy()).without("status"), commandType, code);
    }

    private void readResults() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                results.add(Optional.of(line));
            }
        } catch (IOException ended) {
            // As if it had ended by itself.
        }
        results.add(Optional.empty());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
