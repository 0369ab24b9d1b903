package io.durablestreams.smoke.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Each published module works in an application that has no other dependency. */
class SmokeTest {

    private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");
    private static final Pattern DEPENDENCY =
            Pattern.compile("<dependency>.*?<artifactId>(.+?)</artifactId>", Pattern.DOTALL);

    private static ApplicationProcess server;
    private static String url;

    @BeforeAll
    static void startServer() throws Exception {
        server = ApplicationProcess.start("server", "server.ServerApplication", "serve");
        url = server.line();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "protocol, protocol.ProtocolApplication",
        "client, client.ClientApplication",
        "server, server.ServerApplication",
        "spring, spring.SpringApplication",
        "autoconfigure, autoconfigure.AutoconfigureApplication",
        "starter, starter.StarterApplication",
        "starter-test, startertest.StarterTestApplication"
    })
    void worksWithNoOtherDependency(String folder, String mainClass) throws Exception {
        ApplicationProcess.run(folder, mainClass, url);
    }

    @Test
    void eachPublishedModuleHasItsApplication() throws IOException {
        List<String> published = find(MODULE, "../../pom.xml").stream()
                .filter(module -> module.startsWith("durable-streams-") && !module.equals("durable-streams-bom"))
                .toList();
        List<String> used = new ArrayList<>();
        for (String application : find(MODULE, "../pom.xml")) {
            if (!application.equals("runner")) {
                used.addAll(find(DEPENDENCY, "../" + application + "/pom.xml"));
            }
        }

        assertThat(published).isNotEmpty();
        assertThat(used).containsExactlyInAnyOrderElementsOf(published);
    }

    private static List<String> find(Pattern pattern, String pom) throws IOException {
        return pattern.matcher(Files.readString(Path.of(pom)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
