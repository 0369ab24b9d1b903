package io.durablestreams.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static io.durablestreams.conformance.AdapterProcess.expectError;
import static io.durablestreams.conformance.AdapterProcess.result;
import static org.assertj.core.api.Assertions.assertThat;

/** Lines in and lines out: what holds for the adapter whatever it is told to do. */
class AdapterTransportIT extends WithAdapter {

    @BeforeEach
    void initialise() {
        adapter.expect("{'type':'init','serverUrl':'" + server.url() + "'}");
    }

    @Test
    void answersInitInTimeAndPromisesEveryFeature() {
        long start = System.nanoTime();
        try (AdapterProcess own = AdapterProcess.start()) {
            JsonNode init = own.send("{'type':'init','serverUrl':'" + server.url() + "','timeoutMs':5000}");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            assertThat(init).isEqualTo(result("""
                            {'type':'init','success':true,'clientName':'durable-streams-spring-boot',
                             'clientVersion':'0.1.0-SNAPSHOT',
                             'features':{'batching':true,'sse':true,'longPoll':true,'auto':true,'streaming':true,
                              'dynamicHeaders':true,'retryOptions':true,'batchItems':true,'strictZeroValidation':true}}
                            """));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "{", "{}}", "{\"type\":\"create\",\"path\":\"/x\"", "\u0000", "\"", "[1,"})
    void answersWhatIsNotJson(String line) {
        JsonNode answer = adapter.send(line);

        expectError(answer, "unknown", "PARSE_ERROR");
        adapter.expect("{'type':'clear-dynamic'}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    []                                          | unknown  | INVALID_ARGUMENT
                    {}                                          | unknown  | INVALID_ARGUMENT
                    {'type':5}                                  | unknown  | INVALID_ARGUMENT
                    {'type':'mystery','path':'/x'}              | mystery  | NOT_SUPPORTED
                    {'type':'create'}                           | create   | INVALID_ARGUMENT
                    {'type':'create','path':7}                  | create   | INVALID_ARGUMENT
                    {'type':'create','path':'/x','closed':'no'} | create   | INVALID_ARGUMENT
                    {'type':'create','path':'/x','ttlSeconds':1.5} | create | INVALID_ARGUMENT
                    {'type':'create','path':'/x','expiresAt':'tomorrow'} | create | INVALID_ARGUMENT
                    {'type':'append','path':'/x','binary':false} | append  | INVALID_ARGUMENT
                    {'type':'append','path':'/x','binary':true,'data':'%%'} | append | PARSE_ERROR
                    {'type':'append','path':'/x','binary':false,'data':'x','headers':{'a':1}} | append | INVALID_ARGUMENT
                    {'type':'append','path':'/x','binary':false,'data':'x','producerId':'p','producerEpoch':0} | append | INVALID_ARGUMENT
                    {'type':'append','path':'/x','binary':false,'data':'x','producerId':'p','producerEpoch':0,'producerSeq':-1} | append | INVALID_ARGUMENT
                    {'type':'append','path':'/x','binary':false,'data':'x','producerId':'p','producerEpoch':0,'producerSeq':0,'seq':1} | append | NOT_SUPPORTED
                    {'type':'read','path':'/x','live':'web-socket'} | read  | INVALID_ARGUMENT
                    {'type':'set-dynamic-header','name':'X','valueType':'dice'} | set-dynamic-header | INVALID_ARGUMENT
                    {'type':'validate','target':{'target':'mystery'}} | validate | NOT_SUPPORTED
                    {'type':'benchmark','iterationId':'i','operation':{'op':'mystery','path':'/x'}} | benchmark | NOT_SUPPORTED
                    """)
    void saysWhatItDoesNotUnderstand(String command, String type, String code) {
        expectError(adapter.send(command.replace("%%", "%")), type, code);
    }

    @Test
    void wantsToBeInitialisedFirst() {
        try (AdapterProcess own = AdapterProcess.start()) {
            expectError(own.send("{'type':'head','path':'/x'}"), "head", "INTERNAL_ERROR");
            expectError(own.send("{'type':'init'}"), "init", "INVALID_ARGUMENT");
            own.expect("{'type':'init','serverUrl':'" + server.url() + "'}");
        }
    }

    @Test
    void splitsLinesAtLineFeedsOnly() {
        adapter.write("\n  \n\r\n");
        adapter.expect("{\r 'type' :\r'create', 'path':'/lines', 'contentType':'text/plain; charset=utf-8',"
                + " 'data':'\u0085\u2028\u2029', 'unknown':[], 'ttlSeconds':null}\r");

        JsonNode read = adapter.expect("{'type':'read','path':'/lines'}");

        assertThat(read.at("/chunks/0/data").stringValue()).isEqualTo("\u0085\u2028\u2029");
    }

    @Test
    void carriesCharactersOfEveryLengthAndLongLines() {
        String text = "a\u00e9\u20ac\uD83D\uDE00".repeat(100_000);
        adapter.expect("{'type':'create','path':'/long','contentType':'text/plain','data':'" + text + "'}");

        assertThat(adapter.expect("{'type':'read','path':'/long'}")
                        .at("/chunks/0/data")
                        .stringValue())
                .isEqualTo(text);
    }

    @Test
    void takesIntegersOfMoreThan32Bits() {
        long large = (1L << 53) - 1;
        adapter.expect("{'type':'create','path':'/large','contentType':'text/plain'}");
        adapter.expect("{'type':'append','path':'/large','data':'x','binary':false,'seq':" + large + "}");
        adapter.expect("{'type':'idempotent-append','path':'/large','data':'x','producerId':'p','epoch':" + (large - 1)
                + ",'autoClaim':false}");
        JsonNode fenced = adapter.send(
                "{'type':'idempotent-append','path':'/large','data':'x','producerId':'p','epoch':1,'autoClaim':false}");

        assertThat(fenced.at("/details/currentEpoch").longValue()).isEqualTo(large - 1);
    }

    @Test
    void initForgetsEverything() {
        adapter.expect("{'type':'create','path':'/forget','contentType':'text/plain','data':'x'}");
        adapter.expect("{'type':'set-dynamic-header','name':'X-Count','valueType':'counter'}");
        adapter.expect("{'type':'init','serverUrl':'" + server.url() + "'}");

        // Without the content type it is an append of bytes, which the stream does not take.
        assertThat(adapter.send("{'type':'append','path':'/forget','data':'x','binary':false}")
                        .get("errorCode")
                        .stringValue())
                .isEqualTo("CONFLICT");
        assertThat(adapter.expect("{'type':'read','path':'/forget'}").has("headersSent"))
                .isFalse();
    }

    @Test
    void endsWhenItIsToldTo() throws InterruptedException {
        try (AdapterProcess own = AdapterProcess.startFor(server)) {
            own.expect("{'type':'create','path':'/end','contentType':'text/plain'}");
            own.expect(
                    "{'type':'idempotent-append','path':'/end','data':'x','producerId':'p','epoch':0,'autoClaim':false}");

            assertThat(own.send("{'type':'shutdown'}")).isEqualTo(result("{'type':'shutdown','success':true}"));
            assertThat(own.nextLine()).isEmpty();
            assertThat(own.exitCode()).isZero();
        }
    }

    @Test
    void endsWithItsInput() throws InterruptedException, IOException {
        try (AdapterProcess own = AdapterProcess.startFor(server)) {
            own.endInput();

            assertThat(own.nextLine()).isEmpty();
            assertThat(own.exitCode()).isZero();
        }
    }

    @Test
    void endsWithoutACommand() throws InterruptedException, IOException {
        try (AdapterProcess own = AdapterProcess.start()) {
            own.endInput();

            assertThat(own.nextLine()).isEmpty();
            assertThat(own.exitCode()).isZero();
        }
    }

    @Test
    void startsThroughALinkInAnotherFolder(@TempDir Path folder) throws IOException {
        Path link = Files.createSymbolicLink(
                folder.resolve("adapter"), Path.of("run-adapter.sh").toAbsolutePath());
        try (AdapterProcess own = AdapterProcess.start(new ProcessBuilder("./adapter").directory(folder.toFile()))) {
            own.expect("{'type':'init','serverUrl':'" + server.url() + "'}");
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void startsWithTheJavaOfJavaHome(@TempDir Path home) throws IOException {
        Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho this one\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder command = new ProcessBuilder("./run-adapter.sh");
        command.environment().put("JAVA_HOME", home.toString());

        try (AdapterProcess own = AdapterProcess.start(command)) {
            assertThat(own.nextLine()).contains("this one");
        }
    }

    @Test
    void endsWhenItIsTerminated() throws InterruptedException {
        try (AdapterProcess own = AdapterProcess.startFor(server)) {
            own.expect("{'type':'create','path':'/term','contentType':'text/plain'}");
            own.write("{\"type\":\"read\",\"path\":\"/term\",\"live\":\"sse\",\"timeoutMs\":20000}\n");
            own.terminate();

            assertThat(own.exitCode()).isEqualTo(128 + 15);
        }
    }
}
