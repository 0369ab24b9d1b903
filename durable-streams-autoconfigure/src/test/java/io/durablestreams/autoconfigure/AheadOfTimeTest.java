package io.durablestreams.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringApplicationAotProcessor;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.autoconfigure.fixture.Program;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is processed ahead of time, as the goal {@code process-aot} of Spring Boot's Maven plugin does, and run
 * on the JVM with {@code spring.aot.enabled=true}: what the two were configured with differs, and that of the run counts.
 */
@Tag("sockets")
class AheadOfTimeTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    @TempDir
    static Path folder;

    private final DurableStream stream =
            server.client().stream(UUID.randomUUID().toString());

    /** What the application was configured with when it was built. */
    enum Build {
        WITH_NOTHING,
        WITH_EVERYTHING(
                "--durable-streams.url=http://localhost:1/streams",
                "--durable-streams.producer.stream=built",
                "--durable-streams.producer.id=built",
                "--durable-streams.producer.epoch-store.file=built"),
        WITHOUT_A_SERVER("--durable-streams.server.enabled=false");

        private final List<String> arguments;

        Build(String... arguments) {
            this.arguments = List.of(arguments);
        }

        private List<Path> classes() {
            return List.of(folder.resolve(name() + "/compiled"), folder.resolve(name() + "/classes"));
        }
    }

    @BeforeAll
    static void buildAll() throws Exception {
        for (Build build : Build.values()) {
            Path sources = folder.resolve(build.name() + "/sources");
            List<String> arguments = new ArrayList<>(List.of(
                    AotProgram.class.getName(),
                    sources.toString(),
                    folder.resolve(build.name() + "/resources").toString(),
                    build.classes().get(1).toString(),
                    "io.durablestreams",
                    "aot"));
            arguments.addAll(build.arguments);
            try (Program processing =
                    Program.start(List.of(), SpringApplicationAotProcessor.class.getName(), arguments)) {
                List<String> output = processing.awaitEnd();
                assertThat(processing.exitValue()).as("%s", output).isZero();
            }
            compile(sources, build.classes().get(0));
        }
    }

    private static void compile(Path sources, Path classes) throws Exception {
        Files.createDirectories(classes);
        List<String> arguments =
                new ArrayList<>(List.of("-proc:none", "-nowarn", "-cp", Program.CLASS_PATH, "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    private static List<String> run(Build build, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--spring.main.banner-mode=off", "--" + Contexts.NO_QUIET_PERIOD));
        all.addAll(List.of(arguments));
        try (Program program =
                Program.start(build.classes(), "-Dspring.aot.enabled=true " + AotProgram.class.getName(), all)) {
            List<String> output = program.awaitEnd();
            assertThat(output).anyMatch(line -> line.contains("using AOT-processed") || line.contains("AOT-processed"));
            return output;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aUrlThatIsSetAtRunTimeOnlyIsUsed(Build build) throws Exception {
        List<String> output = run(build, "--" + server.property());

        assertThat(output)
                .contains(
                        "details PropertiesDurableStreamsConnectionDetails " + server.url(),
                        "producer none",
                        "epochs nowhere");
        assertThat(server.client().stream("aot-events")
                        .reader(String.class)
                        .collect()
                        .block(TIMEOUT))
                .contains("by the stream");
        assertThat(server.client().stream("aot-events").head().block(TIMEOUT).closed())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aProducerThatIsConfiguredAtRunTimeOnlyWrites(Build build) throws Exception {
        stream.create(StreamSpec.json()).block(TIMEOUT);
        Path epochs = folder.resolve(UUID.randomUUID().toString());

        List<String> output = run(
                build,
                "--" + server.property(),
                "--durable-streams.producer.stream=" + stream.url(),
                "--durable-streams.producer.id=run",
                "--durable-streams.producer.epoch-store.file=" + epochs);

        assertThat(output).contains("producer run", "epochs stored");
        assertThat(stream.reader(String.class).collect().block(TIMEOUT)).containsExactly("by the producer bean");
        assertThat(epochs).exists();
    }

    @ParameterizedTest
    @EnumSource
    void withoutAUrlAtRunTimeThereIsAServerInTheApplication(Build build) throws Exception {
        assertThat(run(build))
                .anyMatch(line -> line.startsWith("details EmbeddedServer http://127.0.0.1:"))
                .contains("producer none");
    }

    @Test
    void withNoServerAtAllItSaysSoAsItWouldOtherwise() throws Exception {
        assertThat(run(Build.WITH_NOTHING, "--durable-streams.server.enabled=false"))
                .anyMatch(line -> line.contains("'durable-streams.url' is not set"));
    }
}
