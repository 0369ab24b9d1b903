package io.durablestreams.conformance;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The TypeScript client of the protocol, in a process of its own for each thing that it does. */
final class TypeScriptClient {

    private static final File HOME = new File("typescript-client");
    private static final File LOG = new File("target/typescript-client.log");

    private TypeScriptClient() {}

    /** Reads from an offset, and in a live mode until the stream is closed. */
    static Mono<JsonNode> read(URI stream, Content content, String live, String offset) {
        return run(List.of(), "read", stream, content, live, offset);
    }

    /** Appends messages one by one, and closes the stream. */
    static Mono<JsonNode> write(URI stream, Content content, List<Message> messages) {
        return run(content.lines(messages), "write", stream, content);
    }

    /** Appends messages under a producer's numbers. */
    static Mono<JsonNode> produce(
            URI stream, Content content, List<Message> messages, String producer, long epoch, boolean claim) {
        return run(
                content.lines(messages),
                "produce",
                stream,
                content,
                producer,
                Long.toString(epoch),
                claim ? "claim" : "no-claim");
    }

    private static Mono<JsonNode> run(
            List<String> input, String action, URI stream, Content content, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("node", "client.mjs", action, stream.toString(), content.name()));
        command.addAll(List.of(arguments));
        return Mono.fromCallable(() -> start(command, input))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(process ->
                        output(process).doOnCancel(process::destroyForcibly).doOnTerminate(process::destroyForcibly));
    }

    private static Process start(List<String> command, List<String> input) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(HOME)
                .redirectError(ProcessBuilder.Redirect.appendTo(LOG))
                .start();
        try (OutputStream lines = process.getOutputStream()) {
            for (String line : input) {
                lines.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return process;
    }

    private static Mono<JsonNode> output(Process process) {
        CompletableFuture<JsonNode> last = new CompletableFuture<>();
        Schedulers.boundedElastic().schedule(() -> {
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                String line = output.readLine();
                if (line == null) {
                    throw new IOException("The TypeScript client has failed; see " + LOG);
                }
                last.complete(JsonMapper.shared().readTree(line));
            } catch (IOException | UncheckedIOException failure) {
                last.completeExceptionally(failure);
            }
        });
        return Mono.fromFuture(last);
    }
}
