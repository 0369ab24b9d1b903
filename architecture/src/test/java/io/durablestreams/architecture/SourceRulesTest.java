package io.durablestreams.architecture;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The fixtures are files of a little project in a temporary directory, so that the project's own sources stay clean of
 * what the rules forbid.
 */
class SourceRulesTest {

    private static final String CODE = "durable-streams-client/src/main/java/io/durablestreams/client/";
    private static final String TESTS = "durable-streams-client/src/test/java/io/durablestreams/client/";
    private static final String MARK = "<Spring-Boot-Jar-Type>dependencies-starter</Spring-Boot-Jar-Type>";

    @TempDir
    private Path fixture;

    @Test
    void theProjectIsFound() throws IOException {
        assertThat(SourceTree.ofTheProject().files())
                .extracting(SourceFile::path)
                .contains("pom.xml", "durable-streams-protocol/src/main/java/io/durablestreams/protocol/Offset.java");
    }

    @Test
    void mainFilesStayShort() throws IOException {
        write(CODE + "Short.java", "\n".repeat(500));
        write(CODE + "Long.java", "\n".repeat(501));
        write(TESTS + "LongTest.java", "\n".repeat(501));

        check(SourceRules.MAIN_FILES_STAY_SHORT, CODE + "Long.java:501");
    }

    @Test
    void testsDoNotSleep() throws IOException {
        write(TESTS + "SleepyTest.java", "void sleeps() {\n    Thread.sleep(10);\n    TimeUnit.SECONDS.sleep(1);\n}");
        write(TESTS + "AwakeTest.java", "// Thread.sleep(10) would be too short\nString s = \"Thread.sleep(10)\";");
        write(CODE + "Sleepy.java", "Thread.sleep(10);");

        check(SourceRules.TESTS_DO_NOT_SLEEP, TESTS + "SleepyTest.java:2", TESTS + "SleepyTest.java:3");
    }

    @Test
    void waitsEnd() throws IOException {
        write(TESTS + "EndlessTest.java", """
                StepVerifier.create(items).expectComplete().verify();
                StepVerifier.create(items).verifyComplete();
                StepVerifier.create(items)
                        .expectNext("a")
                        .verifyError(IOException.class);
                String item = mono.block();
                List<String> list = flux.collectList().block( );
                String last = flux.blockLast();
                latch.await();
                future.join();
                """);
        write(TESTS + "BoundedTest.java", """
                StepVerifier.create(items).expectComplete().verify(Duration.ofSeconds(5));
                String item = mono.block(Duration.ofSeconds(5));
                latch.await(5, TimeUnit.SECONDS);
                String joined = String.join(",", list);
                Awaitility.await().until(this::isDone);
                """);

        check(
                SourceRules.WAITS_END,
                TESTS + "EndlessTest.java:1",
                TESTS + "EndlessTest.java:2",
                TESTS + "EndlessTest.java:5",
                TESTS + "EndlessTest.java:6",
                TESTS + "EndlessTest.java:7",
                TESTS + "EndlessTest.java:8",
                TESTS + "EndlessTest.java:9",
                TESTS + "EndlessTest.java:10");
    }

    @Test
    void noTestIsDisabled() throws IOException {
        write(TESTS + "GivenUpTest.java", "@Test\n@Disabled(\"flaky\")\nvoid works() {}");
        write(TESTS + "PosixTest.java", "@Test\n@DisabledOnOs(OS.WINDOWS)\nvoid works() {}");

        check(SourceRules.NO_TEST_IS_DISABLED, TESTS + "GivenUpTest.java:2");
    }

    @Test
    void noRegistryIsNamed() throws IOException {
        write("pom.xml", "<repository>\n  <url>https://repo1." + "maven.org/maven2</url>\n</repository>");
        write("conformance/package-lock.json", "\"resolved\": \"https://registry." + "npmjs.org/typescript\"");
        write(".ci/run", "pip install --index-url https://pypi." + "org/simple requests");
        write("README.md", "See https://maven.apache.org and https://docs.spring.io.");

        check(SourceRules.NO_REGISTRY_IS_NAMED, "pom.xml:2", "conformance/package-lock.json:1", ".ci/run:1");
    }

    @Test
    void noMachineIsNamed() throws IOException {
        write(".ci/run", "export JAVA_HOME=/usr/" + "lib/jvm/jdk-25");
        write("README.md", "cd /ho" + "me/me/streams\ncurl http://localhost:4437/streams/home/me\n./home/me");
        write("target/classes/place.txt", "/ro" + "ot/x");

        check(SourceRules.NO_MACHINE_IS_NAMED, ".ci/run:1", "README.md:1");
    }

    @Test
    void classesLiveInTheirModulesPackage() throws IOException {
        write(CODE + "Reader.java", "");
        write("durable-streams-server/src/main/java/io/durablestreams/client/Reader.java", "");
        write("sample-app/src/main/java/io/durablestreams/sample/Main.java", "");

        check(
                SourceRules.CLASSES_LIVE_IN_THEIR_MODULES_PACKAGE,
                "durable-streams-server/src/main/java/io/durablestreams/client/Reader.java");
    }

    @Test
    void emptyStartersAreMarked() throws IOException {
        write("good-spring-boot-starter/pom.xml", MARK);
        write("bare-spring-boot-starter/pom.xml", "<!-- " + MARK + " -->");
        write("full-spring-boot-starter-test/pom.xml", MARK);
        write("full-spring-boot-starter-test/src/main/java/Server.java", "");
        write("code-spring-boot-starter-test/pom.xml", "");
        write("code-spring-boot-starter-test/src/main/java/Server.java", "");

        check(
                SourceRules.EMPTY_STARTERS_ARE_MARKED,
                "bare-spring-boot-starter/pom.xml",
                "full-spring-boot-starter-test/pom.xml");
    }

    @Test
    void publishedJarsNameTheirModule() throws IOException {
        String entry = "<Automatic-Module-Name>io.durablestreams.%s</Automatic-Module-Name>";
        write("durable-streams-client/pom.xml", entry.formatted("client"));
        write(CODE + "Reader.java", "");
        write("durable-streams-server/pom.xml", entry.formatted("serving"));
        write("durable-streams-server/src/main/java/io/durablestreams/server/Handler.java", "");
        write("durable-streams-protocol/pom.xml", "<!-- " + entry.formatted("protocol") + " -->");
        write("durable-streams-bom/pom.xml", "");
        write("sample-app/pom.xml", "");

        check(
                SourceRules.PUBLISHED_JARS_NAME_THEIR_MODULE,
                "durable-streams-server/pom.xml",
                "durable-streams-protocol/pom.xml");
    }

    @Test
    void publishedModulesAreInTheBom() throws IOException {
        String entry = "<artifactId>durable-streams-%s</artifactId>";
        write("durable-streams-bom/pom.xml", entry.formatted("client") + "<!-- " + entry.formatted("server") + " -->");
        write("durable-streams-client/pom.xml", "");
        write("durable-streams-server/pom.xml", "");
        write("durable-streams-protocol/pom.xml", "");
        write("sample-app/pom.xml", "");

        check(
                SourceRules.PUBLISHED_MODULES_ARE_IN_THE_BOM,
                "durable-streams-bom/pom.xml: durable-streams-server",
                "durable-streams-bom/pom.xml: durable-streams-protocol");
    }

    @Test
    void testsThatDocumentsNameExist() throws IOException {
        write(TESTS + "ReadTest.java", "@Test\n    void reads() {}\n    // void writes()\n");
        write(
                "docs/reliability.md",
                "`ReadTest.reads`, `ReadTest.writes`, `LostIT.reads`, `Reader.reads`, ReadTest.sleeps");

        check(
                SourceRules.TESTS_THAT_DOCUMENTS_NAME_EXIST,
                "docs/reliability.md: `ReadTest.writes`",
                "docs/reliability.md: `LostIT.reads`");
    }

    @Test
    void eachFailureIsShownOverSockets() throws IOException {
        write(TESTS + "WireTest.java", "@Tag(\"sockets\")\nclass WireTest {}");
        write(TESTS + "DecisionTest.java", "class DecisionTest {}");
        write("docs/reliability.md", """
                | failure | what the library does | shown over sockets by | and without by |
                |---|---|---|---|
                | a reset | tries again | `WireTest.tries` | `DecisionTest.tries` |
                | a cut | tries again | `WireTest.tries`, `WireTest.reads` |  |
                | silence | waits | `DecisionTest.waits` | |
                | a page | fails | `WireTest.tries`, `DecisionTest.fails` | |
                | a storm | slows down | `WireTest.slows` | `WireTest.waits` |
                | a loop | ends | | `DecisionTest.ends` |
                | a flood | ends | by nobody |
                """);

        check(
                SourceRules.EACH_FAILURE_IS_SHOWN_OVER_SOCKETS,
                "docs/reliability.md: silence",
                "docs/reliability.md: a page",
                "docs/reliability.md: a storm",
                "docs/reliability.md: a loop",
                "docs/reliability.md: a flood");
    }

    @Test
    void socketsAreReal() throws IOException {
        write(TESTS + "WireTest.java", "@Tag(\"sockets\")\nclass WireTest {\n  // no ScriptedTransport\n}");
        write(TESTS + "LyingTest.java", "@Tag(\"sockets\")\nclass LyingTest {\n  builder.transport(mine);\n}");
        write(TESTS + "ActingTest.java", "@Tag(\"sockets\")\nclass ActingTest {\n  new ScriptedTransport();\n}");
        write(TESTS + "DecisionTest.java", "class DecisionTest {\n  new ScriptedTransport();\n}");

        check(SourceRules.SOCKETS_ARE_REAL, TESTS + "LyingTest.java:3", TESTS + "ActingTest.java:3");
    }

    private void check(SourceRule rule, String... places) throws IOException {
        new SourceRuleCheck(fixture).check(rule, places);
    }

    private void write(String path, String text) throws IOException {
        new SourceRuleCheck(fixture).write(path, text);
    }
}
