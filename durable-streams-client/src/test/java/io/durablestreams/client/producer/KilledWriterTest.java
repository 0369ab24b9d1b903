package io.durablestreams.client.producer;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.fixture.RunningServer;

import static org.assertj.core.api.Assertions.assertThat;

/** A JVM that writes is killed in the middle of it, and comes back with the file of its epochs. */
@Tag("sockets")
class KilledWriterTest {

    private static final int LIVES = 3;
    private static final int LINES_BEFORE_THE_END = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LINE = Pattern.compile("stored (\\S+) as (\\d+)/(\\d+);");

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @TempDir
    private Path directory;

    private record Acknowledged(String message, long epoch, long seq) {}

    @Test
    void nothingIsStoredTwiceAndNothingAcknowledgedIsMissing() throws Exception {
        DurableStream stream = server.newStream(StreamSpec.json());
        List<List<Acknowledged>> lives = new ArrayList<>();
        for (int life = 0; life < LIVES; life++) {
            lives.add(liveAndDie(stream, "life" + life));
        }

        List<String> stored = stream.reader(String.class).collect().block(PATIENCE);
        assertThat(stored).doesNotHaveDuplicates();
        for (int life = 0; life < LIVES; life++) {
            int epoch = life;
            List<Acknowledged> acknowledged = lives.get(life);
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(LINES_BEFORE_THE_END);
            assertThat(acknowledged).allMatch(line -> line.epoch() == epoch);
            assertThat(acknowledged.get(0).seq()).isZero();
            List<String> ofThisLife = stored.stream()
                    .filter(message -> message.startsWith("life" + epoch))
                    .toList();
            assertThat(ofThisLife)
                    .as("all that was accepted before the last that was stored, in its order")
                    .isEqualTo(IntStream.range(0, ofThisLife.size())
                            .mapToObj(i -> "life" + epoch + "-" + i)
                            .toList())
                    .containsAll(
                            acknowledged.stream().map(Acknowledged::message).toList());
        }
    }

    /** Returns what the program has printed when it is killed. */
    private List<Acknowledged> liveAndDie(DurableStream stream, String name) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WritingProgram.class.getName(),
                        stream.url().toString(),
                        directory.resolve("epochs").toString(),
                        name)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return CompletableFuture.supplyAsync(() -> readAndKill(writer)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            writer.destroyForcibly();
            assertThat(writer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<Acknowledged> readAndKill(Process writer) {
        List<Acknowledged> lines = new ArrayList<>();
        try (BufferedReader output = writer.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    lines.add(new Acknowledged(
                            matcher.group(1), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3))));
                }
                if (lines.size() == LINES_BEFORE_THE_END) {
                    writer.destroyForcibly(); // SIGKILL. What is in the pipe is still read.
                }
            }
        } catch (IOException closed) {
            // Java closes the pipe of a process that ends while it is read from.
        }
        return lines;
    }
}
