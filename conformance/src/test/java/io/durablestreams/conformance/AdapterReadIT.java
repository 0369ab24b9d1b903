package io.durablestreams.conformance;

import java.time.Duration;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

import static io.durablestreams.conformance.AdapterProcess.expectError;
import static io.durablestreams.conformance.AdapterProcess.result;
import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** The command {@code read} in every mode, with every field of its results. */
class AdapterReadIT extends WithAdapter {

    private static final String START = "0000000000000000_0000000000000000";

    private String append(String contentType, String body) {
        assertThat(Wire.send("POST", url, body, "Content-Type", contentType).statusCode())
                .isEqualTo(204);
        return Wire.tail(url);
    }

    private void close() {
        assertThat(Wire.send("POST", url, "", "Stream-Closed", "true").statusCode())
                .isEqualTo(204);
    }

    private JsonNode read(String fields) {
        return adapter.send("{'type':'read','path':'" + path + "'" + (fields.isEmpty() ? "" : "," + fields) + "}");
    }

    private static JsonNode chunk(String data, String offset, boolean streamClosed) {
        return result("""
                {'type':'read','success':true,'status':200,'chunks':[{'data':'%s','offset':'%s'}],
                 'offset':'%s','upToDate':true,'streamClosed':%s}
                """, data, offset, offset, streamClosed);
    }

    private static JsonNode nothing(int status, String offset, boolean streamClosed) {
        return result("""
                {'type':'read','success':true,'status':%d,'chunks':[],
                 'offset':'%s','upToDate':true,'streamClosed':%s}
                """, status, offset, streamClosed);
    }

    static Stream<Arguments> modesAndContentTypes() {
        return Stream.of("false", "'long-poll'", "'sse'", "true", "'auto'")
                .flatMap(mode -> Stream.of("text/plain", "application/json", "application/octet-stream")
                        .map(contentType -> Arguments.of(mode, contentType)));
    }

    @ParameterizedTest
    @MethodSource("modesAndContentTypes")
    void deliversWhatIsThere(String mode, String contentType) {
        boolean json = contentType.equals("application/json");
        create(contentType);
        String middle = append(contentType, json ? "[1, {}]" : "one ");
        String tail = append(contentType, json ? "[[ 3 ]]" : "two");

        assertThat(read("'live':" + mode + ",'waitForUpToDate':true"))
                .isEqualTo(chunk(json ? "[1,{},[3]]" : "one two", tail, false));
        assertThat(read("'live':" + mode + ",'maxChunks':1,'offset':'" + middle + "'"))
                .isEqualTo(chunk(json ? "[[3]]" : "two", tail, false));
        close();
        assertThat(read("'live':" + mode + ",'offset':'" + middle + "'"))
                .isEqualTo(chunk(json ? "[[3]]" : "two", tail, true));
        assertThat(read("'live':" + mode + ",'offset':'" + tail + "'")).isEqualTo(nothing(200, tail, true));
    }

    @ParameterizedTest
    @MethodSource("modesAndContentTypes")
    void aChunkEndsWhereReadingCanGoOnHoweverLargeItIs(String mode, String contentType) {
        String text = "x".repeat(2_000_000);
        String message = contentType.equals("application/json") ? '"' + text + '"' : text;
        create(contentType);
        append(contentType, message);
        String tail = append(contentType, message);

        JsonNode read = read("'live':" + mode + ",'maxChunks':1");

        assertThat(read.get("offset").stringValue()).isEqualTo(tail);
        assertThat(read.get("chunks").size()).isEqualTo(1);
        assertThat(read.at("/chunks/0/offset").stringValue()).isEqualTo(tail);
        assertThat(read.at("/chunks/0/data")
                        .stringValue()
                        .chars()
                        .filter(x -> x == 'x')
                        .count())
                .isEqualTo(4_000_000);
    }

    @ParameterizedTest
    @MethodSource("modesAndContentTypes")
    void anEmptyStreamAndNowHaveNoChunks(String mode, String contentType) {
        create(contentType);
        assertThat(read("'live':" + mode + ",'waitForUpToDate':true")).isEqualTo(nothing(200, START, false));

        String tail = append(contentType, contentType.equals("application/json") ? "1" : "x");

        assertThat(read("'live':" + mode + ",'waitForUpToDate':true,'offset':'now'"))
                .isEqualTo(nothing(200, tail, false));
    }

    @ParameterizedTest
    @MethodSource("modesAndContentTypes")
    void aLiveReadGoesOnWhenItIsUpToDate(String mode, String contentType) {
        if (mode.equals("false")) {
            return;
        }
        boolean json = contentType.equals("application/json");
        create(contentType);
        Mono<String> appending = Mono.delay(Duration.ofMillis(300))
                .publishOn(Schedulers.boundedElastic())
                .map(now -> append(contentType, json ? "\"later\"" : "later"))
                .cache();
        appending.subscribe();

        JsonNode read = read("'live':" + mode + ",'maxChunks':1,'timeoutMs':10000");

        assertThat(read)
                .isEqualTo(chunk(
                        json ? "[\\\\\"later\\\\\"]".replace("\\\\", "\\") : "later",
                        appending.block(PATIENCE),
                        false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'long-poll'", "'sse'", "true"})
    void theEndOfTheTimeIsASuccess(String mode) {
        create("text/plain");
        String tail = append("text/plain", "x");
        long start = System.nanoTime();

        JsonNode first = read("'live':" + mode + ",'timeoutMs':1500");
        JsonNode second = read("'live':" + mode + ",'timeoutMs':1500,'offset':'" + tail + "'");

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(3000), Duration.ofSeconds(10));
        assertThat(first).isEqualTo(chunk("x", tail, false));
        // Text is followed by long-poll when the library may choose, and the server ends one of those in this time.
        assertThat(second).isEqualTo(nothing(mode.equals("'sse'") ? 200 : 204, tail, false));
    }

    @ParameterizedTest
    @CsvSource({"long-poll, data", "long-poll, none", "sse, data"})
    void theAnswersHeadersAreTold(String mode, String content) {
        create("application/json");
        String tail = append("application/json", "1");
        String offset = content.equals("none") ? tail : "-1";

        JsonNode read = adapter.sendAndTakeAll("{'type':'read','path':'" + path + "','live':'" + mode + "','offset':'"
                + offset + "','timeoutMs':2000}");

        if (mode.equals("sse")) {
            assertThat(read.at("/headers/content-type").stringValue()).isEqualTo("text/event-stream");
            assertThat(read.has("cursor")).isFalse();
        } else {
            assertThat(read.at("/headers/stream-next-offset").stringValue()).isEqualTo(tail);
            assertThat(read.get("cursor").stringValue()).matches("\\d+");
            assertThat(read.get("cursor")).isEqualTo(read.at("/headers/stream-cursor"));
        }
    }

    @Test
    void timeIsUpBeforeAnAnswerHasCome() {
        create("text/plain");
        inject(Fault.delayOf(2000));

        assertThat(read("'live':'sse','timeoutMs':200")).isEqualTo(nothing(200, "-1", false));
        inject(Fault.delayOf(2000));
        expectError(read("'timeoutMs':200"), "read", "TIMEOUT");
    }

    @Test
    void aCatchUpTellsWhatTheServerAnswersHoweverLongItsRetriesTake() {
        create("text/plain");
        inject(Fault.status(429).retryAfterSeconds(1).times(100));

        expectError(read(""), "read", "UNEXPECTED_STATUS", 429);
    }

    @Test
    void theCloseOfTheStreamEndsALiveRead() {
        create("application/json");
        Mono.delay(Duration.ofMillis(300))
                .publishOn(Schedulers.boundedElastic())
                .subscribe(now ->
                        Wire.send("POST", url, "[1,2]", "Content-Type", "application/json", "Stream-Closed", "true"));

        assertThat(read("'live':'sse','timeoutMs':10000").get("chunks"))
                .isEqualTo(result("[{'data':'[1,2]','offset':'%s'}]", Wire.tail(url)));
    }

    @Test
    void bytesAreTextAndACharacterMaySpanChunks() {
        create("application/octet-stream");
        byte[] euro = {(byte) 0xe2, (byte) 0x82, (byte) 0xac};
        adapter.expect("{'type':'append','path':'" + path + "','data':'eOKC','binary':true}");
        Mono.delay(Duration.ofMillis(1500))
                .publishOn(Schedulers.boundedElastic())
                .subscribe(now -> server.client().stream(path)
                        .append(new byte[] {euro[2], (byte) 0xe2, (byte) 0x82})
                        .block(PATIENCE));

        JsonNode chunks = read("'live':'sse','maxChunks':2,'timeoutMs':10000").get("chunks");

        assertThat(chunks.valueStream().map(chunk -> chunk.get("data").stringValue()))
                .containsExactly("x", "\u20ac\uFFFD");
    }

    @Test
    void numbersAndSeparatorsArriveAsTheyAre() {
        create("application/json");
        append("application/json", "[12345678901234567890, 0.1, \"\u2028\u2029\u0085\"]");

        assertThat(read("").at("/chunks/0/data").stringValue())
                .isEqualTo("[12345678901234567000,0.1,\"\u2028\u2029\u0085\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "'long-poll'", "'sse'", "true"})
    void aBrokenBodyIsAParseError(String mode) {
        create("application/json");
        append("application/json", "[{\"a\":1},{\"b\":2}]");
        inject(Fault.bodyCutAfter(5).times(2));
        expectError(read("'live':" + mode), "read", "PARSE_ERROR");

        inject(Fault.corruptBody().times(2));
        expectError(read("'live':" + mode), "read", "PARSE_ERROR");
    }

    static Stream<Arguments> brokenEvents() {
        return Stream.of(
                Arguments.of("text/plain", Fault.sseEvent("control", "")),
                Arguments.of("text/plain", Fault.sseEvent("control", "{not json")),
                Arguments.of("application/octet-stream", Fault.sseEvent("data", "a*b=")),
                Arguments.of("application/json", Fault.sseEvent("data", "[1")));
    }

    @ParameterizedTest
    @MethodSource("brokenEvents")
    void aBrokenEventIsAParseError(String contentType, Fault fault) {
        create(contentType);
        append(contentType, "1");
        inject(fault.times(2));

        expectError(read("'live':'sse','maxChunks':2"), "read", "PARSE_ERROR");
    }

    @Test
    void anUnknownEventIsIgnored() {
        create("text/plain");
        String tail = append("text/plain", "x");
        inject(Fault.sseEvent("mystery", "{}").times(2));

        assertThat(read("'live':'sse','timeoutMs':1500")).isEqualTo(chunk("x", tail, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "'long-poll'", "'sse'", "true"})
    void aStreamThatIsNotThereIsAnErrorInEveryMode(String mode) {
        JsonNode answer = read("'live':" + mode + ",'offset':'now'");

        expectError(answer, "read", "NOT_FOUND", 404);
        assertThat(answer.get("message").stringValue()).contains(path);
    }

    @Test
    void anOffsetThatTheServerDoesNotKnowIsAnError() {
        create("text/plain");

        expectError(read("'offset':'nonsense'"), "read", "INVALID_OFFSET", 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "'long-poll'", "'sse'", "true"})
    void whatPassesIsNotSeen(String mode) {
        create("text/plain");
        String tail = append("text/plain", "x");
        inject(Fault.status(429).retryAfterSeconds(1));
        assertThat(read("'live':" + mode + ",'maxChunks':1")).isEqualTo(chunk("x", tail, false));

        inject(Fault.droppedConnection().times(2));
        assertThat(read("'live':" + mode + ",'maxChunks':1")).isEqualTo(chunk("x", tail, false));
    }
}
