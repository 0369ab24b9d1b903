package io.durablestreams.client.producer;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/** The file, and who shares it; what the store promises as any other does is in the contract of the test starter. */
class FileEpochStoreTest {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final URI ORDERS = URI.create("http://localhost:4437/v1/stream/orders");

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("deep/below/epochs");
    }

    private long next(long least) {
        return EpochStore.file(file).next(ORDERS, "shop", least).block(PATIENCE);
    }

    private void record(long epoch) {
        EpochStore.file(file).record(ORDERS, "shop", epoch).block(PATIENCE);
    }

    @Test
    void isReplacedAsAWhole() throws IOException {
        record(4);
        next(0);

        assertThat(file).hasContent("5 /v1/stream/orders shop\n");
        try (var all = Files.list(file.getParent())) {
            assertThat(all).noneMatch(other -> other.toString().endsWith(".new"));
        }
    }

    @Test
    void aServerThatMovesIsTheSame() {
        record(4);

        assertThat(EpochStore.file(file)
                        .next(URI.create("https://other:8443/v1/stream/orders"), "shop", 0)
                        .block(PATIENCE))
                .isEqualTo(5);
    }

    @Test
    void aStreamNeedNotHaveAPath() {
        URI root = URI.create("http://localhost:4437");
        record(4);

        assertThat(EpochStore.file(file).next(root, "shop", 2).block(PATIENCE)).isEqualTo(2);
        assertThat(EpochStore.file(file).next(root, "shop", 0).block(PATIENCE)).isEqualTo(3);
        assertThat(next(0)).isEqualTo(5);
    }

    @Test
    void programsMayShareAFile() throws Exception {
        List<Process> programs = List.of(takeEpochs(), takeEpochs(), takeEpochs());

        List<Long> epochs = new ArrayList<>();
        for (Process program : programs) {
            assertThat(program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            try (BufferedReader output = program.inputReader()) {
                output.lines().map(Long::valueOf).forEach(epochs::add);
            }
        }

        assertThat(epochs)
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 3L * EpochTakingProgram.EPOCHS)
                        .boxed()
                        .toList());
    }

    private Process takeEpochs() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        EpochTakingProgram.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void aFileThatSaysSomethingElseIsNotTakenForOneThatSaysNothing() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "5 /v1/stream/orders shop\nnonsense\n");

        StepVerifier.create(EpochStore.file(file).next(ORDERS, "shop", 0))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(file.toString())
                        .hasMessageContaining("nonsense"))
                .verify(PATIENCE);
        assertThat(file).content().contains("nonsense");
    }
}
