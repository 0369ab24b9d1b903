package io.durablestreams.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** When the scripts build and when they do not, in a tree of empty files and with a Maven that only notes its calls. */
@EnabledIf(value = "bashIsThere", disabledReason = "bash is not installed")
class BuildScriptTest {

    private static final String SOURCE = "durable-streams-client/src/main/java/Source.java";

    @TempDir
    Path root;

    static boolean bashIsThere() {
        return Stream.of("/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash")
                .map(Path::of)
                .anyMatch(Files::isExecutable);
    }

    @BeforeEach
    void writeTree() throws IOException {
        write("pom.xml", "");
        for (String module : List.of("protocol", "client", "server")) {
            write("durable-streams-" + module + "/pom.xml", "");
            write("durable-streams-" + module + "/src/main/java/Source.java", "");
        }
        write("conformance/pom.xml", "");
        write("conformance/src/main/java/Source.java", "");
        Files.copy(Path.of("build.sh"), root.resolve("conformance/build.sh"));
        mavenDoes("touch conformance/target/quick/classpath.txt");
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    private void mavenDoes(String command) throws IOException {
        write("bin/mvn", "#!/bin/sh\ncd '" + root + "' && echo \"$MAVEN_OPTS\" >>calls && " + command + "\n");
        Files.setPosixFilePermissions(root.resolve("bin/mvn"), PosixFilePermissions.fromString("rwx------"));
    }

    /** Returns the folder of the build that is to be run. */
    private String target(Map<String, String> environment) throws Exception {
        ProcessBuilder bash =
                new ProcessBuilder("bash", "-c", "set -euo pipefail; source conformance/build.sh; echo \"$target\"");
        bash.environment().remove("MAVEN_OPTS");
        bash.environment().putAll(environment);
        bash.environment().merge("PATH", root + "/bin", (path, own) -> own + ":" + path);
        Process process =
                bash.directory(root.toFile()).redirectErrorStream(true).start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.exitValue() == 0
                ? root.toRealPath().relativize(Path.of(said).toRealPath()).toString()
                : "failed";
    }

    private List<String> builds() throws IOException {
        Path calls = root.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    @Test
    void buildsOnceAndAgainWhenASourceHasChanged() throws Exception {
        assertThat(target(Map.of())).isEqualTo("conformance/target/quick");
        assertThat(target(Map.of())).isEqualTo("conformance/target/quick");
        assertThat(builds()).hasSize(1);

        Files.setLastModifiedTime(
                root.resolve(SOURCE), FileTime.from(Instant.now().plusSeconds(1)));
        target(Map.of());

        assertThat(builds()).hasSize(2);
    }

    @Test
    void takesTheBuildWithAllChecksAsLongAsThatIsCurrent() throws Exception {
        write("conformance/target/classpath.txt", "");
        Files.setLastModifiedTime(root.resolve("conformance/target/classpath.txt"), FileTime.from(Instant.now()));

        assertThat(target(Map.of())).isEqualTo("conformance/target");
        assertThat(builds()).isEmpty();

        Files.setLastModifiedTime(
                root.resolve(SOURCE), FileTime.from(Instant.now().plusSeconds(1)));

        assertThat(target(Map.of())).isEqualTo("conformance/target/quick");
        assertThat(builds()).hasSize(1);
    }

    @Test
    void buildsAgainWhenASourceHasChangedDuringTheBuild() throws Exception {
        // Later by more than a file system tells apart.
        mavenDoes("sleep 0.1 && touch " + SOURCE + " conformance/target/quick/classpath.txt");
        target(Map.of());
        mavenDoes("touch conformance/target/quick/classpath.txt");

        target(Map.of());
        target(Map.of());

        assertThat(builds()).hasSize(2);
    }

    @Test
    void runsNothingAfterABuildThatHasFailedAndBuildsAgain() throws Exception {
        mavenDoes("exit 1");
        assertThat(target(Map.of())).isEqualTo("failed");
        assertThat(target(Map.of())).isEqualTo("failed");

        assertThat(builds()).hasSize(2);
    }

    @Test
    void leavesMavenTheOptionsOfTheEnvironment() throws Exception {
        target(Map.of("MAVEN_OPTS", "-XX:+UseParallelGC"));

        assertThat(builds()).containsExactly("-XX:+UseParallelGC");
    }
}
