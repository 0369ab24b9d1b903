package io.durablestreams.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static io.durablestreams.conformance.AdapterProcess.expectError;
import static io.durablestreams.conformance.AdapterProcess.result;
import static org.assertj.core.api.Assertions.assertThat;

/** The commands {@code validate} and {@code benchmark}. */
class AdapterSettingsIT extends WithAdapter {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'target':'retry-options'",
                "'target':'retry-options','maxRetries':0,'initialDelayMs':1,'maxDelayMs':1,'multiplier':1",
                "'target':'retry-options','maxRetries':10,'initialDelayMs':50,'maxDelayMs':60000,'multiplier':2.5",
                "'target':'idempotent-producer'",
                "'target':'idempotent-producer','producerId':'p','epoch':9007199254740991,'maxBatchBytes':1,'maxBatchItems':1"
            })
    void acceptsWhatMakesSense(String target) {
        assertThat(adapter.send("{'type':'validate','target':{" + target + "}}"))
                .isEqualTo(result("{'type':'validate','success':true}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    retry-options       | maxRetries     | -1
                    retry-options       | initialDelayMs | 0
                    retry-options       | initialDelayMs | -5
                    retry-options       | maxDelayMs     | 1
                    retry-options       | maxDelayMs     | 0
                    retry-options       | multiplier     | 0.9
                    retry-options       | multiplier     | 0
                    idempotent-producer | producerId     | ''
                    idempotent-producer | epoch          | -1
                    idempotent-producer | maxBatchBytes  | 0
                    idempotent-producer | maxBatchBytes  | -1
                    idempotent-producer | maxBatchItems  | 0
                    """)
    void namesWhatItRejects(String target, String field, String value) {
        JsonNode answer =
                adapter.send("{'type':'validate','target':{'target':'" + target + "','" + field + "':" + value + "}}");

        expectError(answer, "validate", "INVALID_ARGUMENT");
        assertThat(answer.get("message").stringValue()).startsWith(field + ": ");
    }

    private JsonNode benchmark(String op, String fields) {
        JsonNode answer = adapter.expect("{'type':'benchmark','iterationId':'i-1','operation':{'op':'" + op
                + "','path':'" + path + "'" + fields + "}}");
        assertThat(answer.propertyNames()).isSubsetOf("type", "success", "iterationId", "durationNs", "metrics");
        assertThat(answer.get("type").stringValue()).isEqualTo("benchmark");
        assertThat(answer.get("iterationId").stringValue()).isEqualTo("i-1");
        assertThat(answer.get("durationNs").stringValue()).matches("[1-9][0-9]+");
        return answer.path("metrics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "application/octet-stream"})
    void appendsAndReadsBytes(String contentType) {
        benchmark("create", ",'contentType':'" + contentType + "'");

        assertThat(benchmark("append", ",'size':100").get("bytesTransferred").asLong())
                .isEqualTo(100);
        String content = Wire.content(url);
        assertThat(content).containsPattern("x{98,100}");
        assertThat(benchmark("read", "").get("bytesTransferred").asLong()).isEqualTo(content.length());
    }

    @ParameterizedTest
    @CsvSource({"long-poll,text/plain", "sse,application/json", "sse,application/octet-stream", ",application/json"})
    void goesRoundOnce(String mode, String contentType) {
        JsonNode metrics = benchmark(
                "roundtrip",
                ",'size':1000,'contentType':'" + contentType + "'" + (mode == null ? "" : ",'live':'" + mode + "'"));

        assertThat(metrics.get("bytesTransferred").asLong()).isBetween(2000L, 2010L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-poll", "sse"})
    void aRoundWaitsForItsOwnMessage(String mode) {
        benchmark("roundtrip", ",'size':10,'live':'" + mode + "'");

        JsonNode second = benchmark("roundtrip", ",'size':100,'live':'" + mode + "'");

        assertThat(second.get("bytesTransferred").asLong()).isEqualTo(200);
    }

    @Test
    void appendsToAStreamThatSomebodyElseHasCreated() {
        Wire.send("PUT", url, "", "Content-Type", "application/json");

        JsonNode metrics = benchmark("throughput_append", ",'count':3,'size':5,'concurrency':2");

        assertThat(metrics.get("messagesProcessed").asLong()).isEqualTo(3);
        assertThat(Wire.content(url)).isEqualTo("[\"xxxxx\",\"xxxxx\",\"xxxxx\"]");
    }

    @Test
    void countsManyMessages() {
        adapter.expect("{'type':'create','path':'" + path + "','contentType':'application/json'}");

        JsonNode first = benchmark("throughput_append", ",'count':5000,'size':100,'concurrency':200");
        JsonNode second = benchmark("throughput_append", ",'count':5000,'size':100,'concurrency':1");
        JsonNode read = benchmark("throughput_read", ",'expectedCount':10000");

        assertThat(first.get("messagesProcessed").asLong()).isEqualTo(5000);
        assertThat(first.get("bytesTransferred").asLong()).isEqualTo(500_000);
        assertThat(second).isNotNull();
        assertThat(read.get("messagesProcessed").asLong()).isEqualTo(10_000);
        assertThat(read.get("bytesTransferred").asLong())
                .isEqualTo(Wire.content(url).length());
    }

    @Test
    void largeMessagesAreBatchesOfTheirOwn() {
        JsonNode metrics = benchmark("throughput_append", ",'count':50,'size':1048576,'concurrency':10");

        assertThat(metrics.get("messagesProcessed").asLong()).isEqualTo(50);
        assertThat(benchmark("read", "").get("bytesTransferred").asLong()).isEqualTo(50L * 1024 * 1024);
    }

    @Test
    void aFailureHasNoTime() {
        expectError(
                adapter.send("{'type':'benchmark','iterationId':'i','operation':{'op':'read','path':'/absent'}}"),
                "benchmark",
                "NOT_FOUND",
                404);
    }
}
