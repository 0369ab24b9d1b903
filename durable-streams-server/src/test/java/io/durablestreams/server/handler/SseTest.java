package io.durablestreams.server.handler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import io.durablestreams.protocol.StreamCursor;

import static io.durablestreams.server.handler.TestServer.TIMEOUT;
import static io.durablestreams.server.handler.TestServer.events;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class SseTest {

    private static final String START = "0000000000000000_0000000000000000";

    private final TestServer server = new TestServer();

    @BeforeEach
    void createStreams() {
        server.create("/text", "text/plain");
        server.create("/json", "application/json");
        server.create("/bytes", "image/png");
    }

    @Test
    void theAnswerIsAnEventStreamThatNobodyMayKeep() {
        assertThat(server.get("/text?live=sse&offset=-1").expect(200).headers())
                .containsEntry("Content-Type", "text/event-stream")
                .containsEntry("Cache-Control", "no-cache")
                .doesNotContainKeys("ETag", "Content-Length", "Stream-SSE-Data-Encoding");
        assertThat(server.get("/json?live=sse&offset=-1").expect(200).headers())
                .doesNotContainKey("Stream-SSE-Data-Encoding");
        assertThat(server.get("/bytes?live=sse&offset=-1").expect(200).headers())
                .containsEntry("Stream-SSE-Data-Encoding", "base64");
        assertThat(server.liveReads.size())
                .as("as long as nobody reads the events")
                .isZero();
    }

    @Test
    void anEmptyStreamBeginsWithWhereTheReaderStands() {
        StepVerifier.create(read("/text", "-1"))
                .expectNext(control(START, true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void historyComesFirstAndThenWhatIsAppended() {
        String one = server.append("/text", "text/plain", "one");

        StepVerifier.create(read("/text", "-1"))
                .expectNext("event: data\ndata:one\n\n" + control(one, true))
                .then(() -> server.append("/text", "text/plain", "two"))
                .expectNext("event: data\ndata:two\n\n" + control(position(6), true))
                .then(() -> server.append("/text", "text/plain", "3"))
                .expectNext("event: data\ndata:3\n\n" + control(position(7), true))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void nowSkipsHistory() {
        String tail = server.append("/text", "text/plain", "old");

        StepVerifier.create(read("/text", "now"))
                .expectNext(control(tail, true))
                .then(() -> server.append("/text", "text/plain", "new"))
                .expectNext("event: data\ndata:new\n\n" + control(position(6), true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void whatIsAppendedBetweenTheAnswerAndItsEventsIsNotHistory() {
        server.append("/text", "text/plain", "old");
        StreamResponse response = server.get("/text?live=sse&offset=now").expect(200);
        server.append("/text", "text/plain", "new");

        StepVerifier.create(events(response))
                .expectNext("event: data\ndata:new\n\n" + control(position(6), true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void jsonIsAnArrayAndBytesAreBase64() {
        server.append("/json", "application/json", "[1,{\"a\":\"b\"}]");
        server.append("/json", "application/json", "2");
        server.append("/bytes", "image/png", "hi");

        StepVerifier.create(read("/json", "-1"))
                .expectNext("event: data\ndata:[1,{\"a\":\"b\"},2]\n\n" + control(position(11), true))
                .thenCancel()
                .verify(TIMEOUT);
        StepVerifier.create(read("/bytes", "-1"))
                .expectNext("event: data\ndata:aGk=\n\n" + control(position(2), true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void contentCannotFakeEvents() {
        server.append("/text", "text/plain", "a\n\nevent: control\r\ndata: {}\r\r b");

        StepVerifier.create(read("/text", "-1"))
                .expectNext("event: data\ndata:a\ndata:\ndata:event: control\ndata:data: {}\ndata:\ndata:  b\n\n"
                        + control(position(31), true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aClosedStreamEndsWithItsLastWord() {
        server.append("/text", "text/plain", "all");
        server.post("/text").close().expect(204);

        StepVerifier.create(read("/text", "-1"))
                .expectNext("event: data\ndata:all\n\n" + closed(position(3)))
                .expectComplete()
                .verify(TIMEOUT);
        for (String offset : List.of("now", position(3))) {
            StepVerifier.create(read("/text", offset))
                    .expectNext(closed(position(3)))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void aWaitingReaderGetsTheLastDataWithTheClose() {
        StepVerifier.create(read("/text", "-1"))
                .expectNext(control(START, true))
                .then(() -> server.post("/text").text("end").close().expect(204))
                .expectNext("event: data\ndata:end\n\n" + closed(position(3)))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aCloseWithoutDataIsAnEventToo() {
        StepVerifier.create(read("/text", "now"))
                .expectNext(control(START, true))
                .then(() -> server.post("/text").close().expect(204))
                .expectNext(closed(START))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aDeletionEndsTheConnectionWithoutAWord() {
        StepVerifier.create(read("/text", "now"))
                .expectNext(control(START, true))
                .then(() -> server.delete("/text").expect(204))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(server.liveReads.size()).isZero();
    }

    @Test
    void aStreamThatTookThePlaceOfTheOldOneIsNotReadOn() {
        TestServer deaf = new TestServer(new DeafStore());
        deaf.create("/s", "text/plain");

        StepVerifier.create(events(deaf.get("/s?live=sse&offset=-1").expect(200)))
                .expectNextCount(1)
                .then(() -> deaf.delete("/s").expect(204))
                .then(() -> deaf.put("/s").text("another").expect(201))
                .then(() -> deaf.advance(ServerSettings.DEFAULT.pollInterval()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aLostSignalCostsAPollIntervalAtMost() {
        TestServer deaf = new TestServer(new DeafStore());
        deaf.create("/s", "text/plain");

        StepVerifier.create(events(deaf.get("/s?live=sse&offset=-1").expect(200)))
                .expectNextCount(1)
                .then(() -> deaf.append("/s", "text/plain", "x"))
                .then(() -> deaf.advance(ServerSettings.DEFAULT.pollInterval()))
                .assertNext(event -> assertThat(event).startsWith("event: data\ndata:x\n\n"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void anIdleConnectionShowsThatItLives() {
        StepVerifier.create(read("/text", "-1"))
                .expectNext(control(START, true))
                .then(() -> server.advance(Duration.ofMillis(14_999)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> server.advance(Duration.ofMillis(1)))
                .assertNext(event -> assertThat(event).isEqualTo(control(START, true)))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void theConnectionRotatesWithoutAWord() {
        ServerSettings settings = ServerSettings.DEFAULT.withPollInterval(Duration.ofHours(1));
        TestServer rotating = new TestServer(settings);
        rotating.create("/s", "text/plain");

        StepVerifier.create(events(rotating.get("/s?live=sse&offset=-1").expect(200)))
                .expectNextCount(1)
                .then(() -> rotating.advance(Duration.ofMillis(59_999)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> rotating.advance(Duration.ofMillis(1)))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(rotating.liveReads.size()).isZero();
    }

    @Test
    void aBusyConnectionRotatesToo() {
        for (int i = 0; i < 10; i++) {
            server.append("/text", "text/plain", "x".repeat(16 << 10));
        }

        StepVerifier.create(read("/text", "-1"), 1)
                .expectNextCount(1)
                .then(() -> server.advance(Duration.ofSeconds(60)))
                .thenRequest(100)
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void cursorsAdvanceWithTimeAndNeverGoBack() {
        long ahead = StreamCursor.answer(null, server.clock.millis(), 0).value() + 2;
        String url = "/text?cursor=" + ahead + "&live=sse&offset=-1";

        StepVerifier.create(events(server.get(url).expect(200)).map(SseTest::cursorOf))
                .recordWith(ArrayList::new)
                .expectNextCount(1)
                .then(() -> server.advance(ServerSettings.DEFAULT.pollInterval()))
                .expectNextCount(1)
                .then(() -> server.append("/text", "text/plain", "x"))
                .expectNextCount(1)
                .consumeRecordedWith(
                        cursors -> assertThat(List.copyOf(cursors)).isSorted().allMatch(cursor -> cursor > ahead))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void cursorsFollowThePresent() {
        server.advance(Duration.ofMillis(1));
        long present = StreamCursor.answer(null, server.clock.millis(), 0).value();

        StepVerifier.create(read("/text", "-1").map(SseTest::cursorOf))
                .expectNext(present)
                .then(() -> server.advance(ServerSettings.DEFAULT.pollInterval()))
                .expectNext(present)
                .then(() -> server.advance(ServerSettings.DEFAULT.pollInterval()))
                .expectNext(present + 1)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aReaderThatAsksForNothingCostsNoReading() {
        for (int i = 0; i < 100; i++) {
            server.append("/text", "text/plain", "x".repeat(16 << 10));
        }

        StepVerifier.create(read("/text", "-1"), 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(1))
                .thenRequest(3)
                .expectNextCount(3)
                .expectNoEvent(Duration.ofMillis(1))
                .thenRequest(95)
                .expectNextCount(95)
                .thenRequest(Long.MAX_VALUE)
                .assertNext(event -> assertThat(event).contains("\"upToDate\":true"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aLongHistoryComesInEventsOfBoundedSizeThatAddUp() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            String text = "message " + i + ";";
            expected.append(text);
            server.append("/text", "text/plain", text);
        }

        List<String> events = all(read("/text", "-1").takeUntil(event -> event.contains("\"upToDate\":true")));

        assertThat(events).hasSizeGreaterThan(1).allSatisfy(event -> {
            assertThat(event.length()).isLessThan(17 << 10);
            assertThat(event).startsWith("event: data\n").contains("\nevent: control\n");
        });
        assertThat(String.join("", events.stream().map(SseTest::dataOf).toList()))
                .isEqualTo(expected.toString());
    }

    @Test
    void aCharacterThatWasCutBetweenAppendsIsSentInOne() {
        byte[] euro = "€".getBytes(UTF_8);
        append("/text", "ab".getBytes(UTF_8));
        append("/text", Arrays.copyOf(euro, 2));

        StepVerifier.create(read("/text", "-1"))
                .expectNext("event: data\ndata:ab\n\n" + control(position(2), false))
                .then(() -> append("/text", Arrays.copyOfRange(euro, 2, 3)))
                .expectNext("event: data\ndata:€\n\n" + control(position(5), true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aReaderInFrontOfHalfACharacterIsToldWhereItStands() {
        append("/text", new byte[] {'a'});
        append("/text", new byte[] {(byte) 0xe2});

        StepVerifier.create(read("/text", position(1)))
                .expectNext(control(position(1), false))
                .then(() -> append("/text", new byte[] {(byte) 0x82, (byte) 0xac}))
                .expectNext("event: data\ndata:€\n\n" + control(position(4), true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void theBeginningOfAStreamIsNoOffsetThatAnEventCouldCarry() {
        append("/text", new byte[] {(byte) 0xe2});

        StepVerifier.create(read("/text", "-1"))
                .expectSubscription()
                .then(() -> server.advance(ServerSettings.DEFAULT.pollInterval()))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> append("/text", new byte[] {(byte) 0x82, (byte) 0xac}))
                .expectNext("event: data\ndata:€\n\n" + control(position(3), true))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aReaderThatCouldNotBeToldAnythingIsNotHeldForEver() {
        append("/text", new byte[] {(byte) 0xe2});

        StepVerifier.create(read("/text", "-1"))
                .expectSubscription()
                .then(() -> server.advance(ServerSettings.DEFAULT.sseRotation()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void halfACharacterAtTheEndOfAClosedStreamIsSentAsItIs() {
        append("/text", new byte[] {'a', (byte) 0xe2});
        server.post("/text").close().expect(204);

        StepVerifier.create(read("/text", "-1"))
                .expectNext("event: data\ndata:a\ufffd\n\n" + closed(position(2)))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aCharacterThatLargeAppendsWereCutInIsSentInOne() {
        byte[] large = new byte[20 << 10];
        Arrays.fill(large, (byte) 'x');
        byte[] euro = "€".getBytes(UTF_8);
        append("/text", concat(large, Arrays.copyOf(euro, 1)));
        append("/text", concat(Arrays.copyOfRange(euro, 1, 3), large));

        StepVerifier.create(read("/text", "-1"))
                .assertNext(event ->
                        assertThat(dataOf(event)).hasSize(2 * large.length + 1).contains("x€x"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void textThatIsNotUtf8IsNotHeldBackForEver() {
        byte[] latin = "x".repeat(30 << 10).concat("é").getBytes(ISO_8859_1);
        for (int i = 0; i < 20; i++) {
            append("/text", latin);
        }
        append("/text", new byte[] {'.'});

        String all = String.join(
                "",
                all(read("/text", "-1")
                        .takeUntil(event -> event.contains("\"upToDate\":true"))
                        .map(SseTest::dataOf)));

        assertThat(all).hasSize(20 * latin.length + 1).endsWith("\ufffd.");
    }

    @Test
    void stoppingEndsConnectionsAndLetsNewOnesSayOneThing() {
        StepVerifier.create(read("/text", "now"))
                .expectNext(control(START, true))
                .then(() -> server.handler.stopLiveReads().subscribe(ignored -> {}))
                .expectComplete()
                .verify(TIMEOUT);
        server.append("/text", "text/plain", "x");

        StepVerifier.create(read("/text", "-1"))
                .expectNext("event: data\ndata:x\n\n" + control(position(1), true))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void aLargeEventIsHandedOutInSmallSlices() {
        String large = "x".repeat(1 << 20);
        String end = server.append("/text", "text/plain", large);
        StreamResponse.Events events = (StreamResponse.Events)
                server.get("/text?live=sse&offset=-1").expect(200).body();

        List<byte[]> slices = all(events.events().take(65));

        assertThat(slices).allMatch(slice -> slice.length <= 16 << 10);
        assertThat(slices.stream().map(TestServer::text).collect(Collectors.joining()))
                .isEqualTo("event: data\ndata:" + large + "\n\n" + control(end, true));
    }

    @Test
    void anOffsetThatIsNoneIsRefusedBeforeTheEventsBegin() {
        server.get("/text?live=sse&offset=nonsense").expect(400);
        server.get("/absent?live=sse&offset=-1").expect(404);
    }

    private Flux<String> read(String path, String offset) {
        return Flux.defer(
                () -> events(server.get(path + "?live=sse&offset=" + offset).expect(200)));
    }

    private static <T> List<T> all(Flux<T> elements) {
        return Objects.requireNonNull(elements.collectList().block(TIMEOUT));
    }

    private void append(String path, byte[] bytes) {
        server.post(path)
                .header("Content-Type", "text/plain")
                .body(Flux.just(bytes))
                .expect(204);
    }

    private String control(String offset, boolean upToDate) {
        String cursor = StreamCursor.answer(null, server.clock.millis(), 0).toString();
        return "event: control\ndata:{\"streamNextOffset\":\"" + offset + "\",\"streamCursor\":\"" + cursor + "\""
                + (upToDate ? ",\"upToDate\":true" : "") + "}\n\n";
    }

    private static String closed(String offset) {
        return "event: control\ndata:{\"streamNextOffset\":\"" + offset
                + "\",\"upToDate\":true,\"streamClosed\":true}\n\n";
    }

    private static String position(int bytes) {
        return "0000000000000000_%016d".formatted(bytes);
    }

    /** Returns the content of the first event, which has one line. */
    private static String dataOf(String event) {
        return event.substring("event: data\ndata:".length(), event.indexOf("\n\n"));
    }

    private static long cursorOf(String event) {
        return Long.parseLong(event.replaceAll("(?s).*\"streamCursor\":\"(\\d+)\".*", "$1"));
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
