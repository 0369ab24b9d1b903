package io.durablestreams.client.reader;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.UnreadableMessageException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.LoggedLines;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.head;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Messages that cannot be read as the type of their reader, and content that is malformed. */
@Tag("sockets")
class UnreadableMessagesTest {

    private static final ReaderSettings SETTINGS = ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT);

    @RegisterExtension
    static final RunningServer running = new RunningServer();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client =
            DurableStreamClient.builder().readerSettings(SETTINGS).build();

    private final List<Object> delivered = new CopyOnWriteArrayList<>();
    private final List<UnreadableMessageException> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private StreamReader<Integer> reader() {
        return client.stream(server.url()).reader(Integer.class);
    }

    private StreamReader<Integer> skipping() {
        return reader().onUnreadable(failure -> {
            asked.add(failure);
            return null;
        });
    }

    private UnreadableMessageException failureOf(Flux<?> read) {
        return catchThrowableOfType(
                UnreadableMessageException.class,
                () -> read.doOnNext(delivered::add).then().block(PATIENCE));
    }

    @Test
    void theMessagesBeforeAreDelivered() {
        server.thenSend(answer("a", "[1]")).thenSend(caughtUp("b", "[2,3,\"four\",5]"));

        UnreadableMessageException failure = failureOf(reader().batches());

        assertThat(delivered)
                .containsExactly(
                        new Batch<>(List.of(1), Offset.of("a"), false, false),
                        new Batch<>(List.of(2, 3), Offset.of("a"), false, false));
        assertThat(failure)
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("at offset a")
                .hasMessageContaining("java.lang.Integer");
        assertThat(failure.content()).isEqualTo(RawJson.of("\"four\""));
        assertThat(failure.offset()).isEqualTo(Offset.of("a"));
        assertThat(failure.index()).isEqualTo(2);
        assertThat(failure.nextOffset()).as("there is none within a response").isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void theReadCanBeResumedAfterIt(int partBytes) {
        DurableStream stream = running.newStream(StreamSpec.json());
        for (Object message : List.of(1, 2, "three", 4)) {
            stream.append(message).block(PATIENCE);
        }
        StreamReader<Integer> numbers = stream.reader(Integer.class).settings(SETTINGS.withPartBytes(partBytes));

        UnreadableMessageException failure = failureOf(numbers.items());

        assertThat(delivered).containsExactly(1, 2);
        assertThat(stream.reader(RawJson.class)
                        .from(failure.offset())
                        .items()
                        .skip(failure.index() + 1)
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(RawJson.of("4"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void theLastMessageOfAResponseHasAnOffsetAfterIt(int partBytes) {
        server.thenSend(caughtUp("b", "[1,\"two\" ]")).thenSend(caughtUp("c", "[3]"));
        StreamReader<Integer> numbers = reader().settings(SETTINGS.withPartBytes(partBytes));

        UnreadableMessageException failure = failureOf(numbers.items());

        assertThat(delivered).containsExactly(1);
        assertThat(failure.nextOffset()).isEqualTo(Offset.of("b"));
        assertThat(numbers.from(failure.nextOffset()).collect().block(PATIENCE)).containsExactly(3);
    }

    @ParameterizedTest
    @CsvSource({"'[1,\"two\"]', b", "'[1,\"two\",3]',"})
    void eventsAreNoException(String data, Offset nextOffset) {
        server.thenSend(caughtUp("a", "[]")).thenSend(SSE + event("data", data) + control("b"));

        UnreadableMessageException failure =
                failureOf(reader().live(LiveMode.SSE).items());

        assertThat(delivered).containsExactly(1);
        assertThat(failure.offset()).isEqualTo(Offset.of("a"));
        assertThat(failure.index()).isEqualTo(1);
        assertThat(failure.nextOffset()).isEqualTo(nextOffset);
    }

    @Test
    void anotherEventBeforeTheSameControlEventFollows() {
        server.thenSend(caughtUp("a", "[]"))
                .thenSend(SSE + event("data", "[1,\"two\"]") + event("data", "[3]") + control("b"));

        UnreadableMessageException failure =
                failureOf(reader().live(LiveMode.SSE).items());

        assertThat(delivered).containsExactly(1);
        assertThat(failure.nextOffset()).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "LONG_POLL"})
    void aHandlerSkipsItAndReportsIt(LiveMode mode) {
        server.thenSend(caughtUp("a", "[1,\"two\",3,null]"))
                .thenSend(
                        mode == LiveMode.SSE
                                ? SSE + event("data", "[4,{}]") + control("b") + event("data", "[[]]") + closed("c")
                                : answer("c", "[4,{},[]]", "Stream-Closed: true"));

        List<Integer> items = skipping().live(mode).items().collectList().block(PATIENCE);

        assertThat(items).containsExactly(1, 3, 4);
        assertThat(asked)
                .extracting(UnreadableMessageException::content)
                .extracting(RawJson::toString)
                .containsExactly("\"two\"", "null", "{}", "[]");
        assertThat(asked)
                .extracting(UnreadableMessageException::offset)
                .extracting(Offset::value)
                .containsExactly("-1", "-1", "a", mode == LiveMode.SSE ? "b" : "a");
        assertThat(asked)
                .extracting(UnreadableMessageException::index)
                .containsExactly(1L, 3L, 1L, mode == LiveMode.SSE ? 0L : 2L);
    }

    @Test
    void theOffsetsOfBatchesPassMessagesThatAreSkipped() {
        server.thenSend(answer("a", "[\"one\"]")).thenSend(caughtUp("b", "[\"two\"]"));

        assertThat(skipping().batches().collectList().block(PATIENCE))
                .containsExactly(
                        new Batch<>(List.of(), Offset.of("a"), false, false),
                        new Batch<>(List.of(), Offset.of("b"), true, false));
    }

    @Test
    void aHandlerHandsItOnUnparsed() {
        server.thenSend(caughtUp("b", "[1,\"two\",3]"));

        List<Number> items = client.stream(server.url())
                .reader(Number.class)
                .onUnreadable(failure -> failure.content().bytes().length)
                .collect()
                .block(PATIENCE);

        assertThat(items).containsExactly(1, 5, 3);
    }

    @Test
    void aHandlerThatThrowsEndsTheRead() {
        server.thenSend(caughtUp("b", "[1,\"two\",3]"));

        assertThatThrownBy(() -> reader().onUnreadable(failure -> {
                            throw new IllegalStateException("thrown by the test");
                        })
                        .items()
                        .doOnNext(delivered::add)
                        .then()
                        .block(PATIENCE))
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("thrown by the test");
        assertThat(delivered).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1000})
    void itIsReportedOnceAlthoughTheResponseIsReadAgain(int partBytes) {
        String whole = "[1,\"two\",3,\"four\",5,\"six\",7]";
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(head("b") + "Content-Length: " + whole.length() + "\r\n\r\n");
                    connection.writeSlowly(whole.substring(0, 20));
                    connection.reset();
                })
                .thenSend(caughtUp("b", whole));

        List<Integer> items =
                skipping().settings(SETTINGS.withPartBytes(partBytes)).collect().block(PATIENCE);

        assertThat(items).containsExactly(1, 3, 5, 7);
        assertThat(asked)
                .extracting(UnreadableMessageException::index)
                .containsSubsequence(1L, 3L, 5L)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,\"two\"]", "[1,\"two\",3]", "[1]"})
    void eventsThatArriveAgainAreNoException(String first) {
        String whole = "[1,\"two\",3,nope,5]";
        server.thenSend(caughtUp("a", "[]"))
                .thenSend(SSE + event("data", first))
                .thenSend(SSE + event("data", whole))
                .thenSend(SSE + event("data", whole) + closed("b"));

        List<Integer> items = reader().onUnreadable(failure -> {
                    asked.add(failure);
                    return asked.size() == 1 ? 22 : null;
                })
                .live(LiveMode.SSE)
                .items()
                .collectList()
                .block(PATIENCE);

        assertThat(items).containsExactly(1, 22, 3, 5);
        assertThat(asked).extracting(UnreadableMessageException::index).containsExactly(1L, 3L);
    }

    static Stream<Arguments> malformed() {
        return Stream.of("nope", "{\"a\":}", "{bad}", "01", "\"\\x\"", "{\"a\":[1,\n nope, \"]\"]}", "1.2.3")
                .flatMap(message -> Stream.of(1, 1000).map(partBytes -> Arguments.of(message, partBytes)));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMessageThatIsNotJsonIsAskedAboutToo(String message, int partBytes) {
        String body = "[1,[\"x\\\"\"]," + message + ",4]";
        server.thenSend(caughtUp("b", body)).thenSend(caughtUp("b", body));
        ReaderSettings settings = SETTINGS.withPartBytes(partBytes);

        assertThat(skipping().settings(settings).collect().block(PATIENCE)).containsExactly(1, 4);
        assertThat(client.stream(server.url())
                        .reader(RawJson.class)
                        .settings(settings.withWhenUnreadable(UnreadablePolicy.SKIP))
                        .collect()
                        .block(PATIENCE))
                .extracting(RawJson::toString)
                .containsExactly("1", "[\"x\\\"\"]", "4");

        assertThat(asked).extracting(failure -> failure.content().toString()).containsExactly("[\"x\\\"\"]", message);
        assertThat(asked).last().matches(failure -> failure.getMessage().contains("not JSON"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void withoutAHandlerItFailsTheReadAfterTheMessagesBeforeIt(String message, int partBytes) {
        server.thenSend(caughtUp("b", "[1,2," + message + ",4]"));

        assertThatThrownBy(() -> reader().settings(SETTINGS.withPartBytes(partBytes))
                        .items()
                        .doOnNext(delivered::add)
                        .then()
                        .block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("malformed");
        assertThat(delivered).containsExactly(1, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1,2,x y,4]   | 1,2",
                "[1,2,]        | 1,2",
                "[1,2 3,4]     | 1",
                "[1,2}         | 1",
                "[1,2,[3       | 1,2",
                "[1,2,\"three   | 1,2",
                "[1,2]]        | 1,2",
                "[1,2,é]       | 1,2",
                "[1,\"two\",x y]| 1",
            })
    void contentThatIsNoArrayFailsTheReadAfterTheMessagesBeforeIt(String body, String before) {
        String bytes = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        for (boolean live : new boolean[] {false, true}) {
            delivered.clear();
            server.thenSend(live ? caughtUp("a", "[]") : caughtUp("b", bytes).replace(bytes, body));
            if (live) {
                server.thenSend(SSE + event("data", body) + control("b"));
            }

            assertThatThrownBy(() -> reader().live(live ? LiveMode.SSE : LiveMode.OFF)
                            .items()
                            .doOnNext(delivered::add)
                            .then()
                            .block(PATIENCE))
                    .isInstanceOfAny(StreamProtocolException.class, UnreadableMessageException.class);
            assertThat(delivered).extracting(Object::toString).containsExactly(before.split(","));
        }
    }

    @Test
    void eventsBeforeOneThatIsMalformedAreDelivered() {
        server.thenSend(caughtUp("a", "[]"))
                .thenSend(SSE + event("data", "[1]") + event("data", "[2,x y]"))
                .thenSend(caughtUp("a", "[]"))
                .thenSend(SSE + event("data", "[1]") + event("control", "nonsense"));

        for (List<Integer> before : List.of(List.of(1, 2), List.of(1))) {
            delivered.clear();
            assertThatThrownBy(() -> reader().live(LiveMode.SSE)
                            .items()
                            .doOnNext(delivered::add)
                            .then()
                            .block(PATIENCE))
                    .isInstanceOf(StreamProtocolException.class);
            assertThat(delivered).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "SSE"})
    void theMessagesBeforeOneThatIsTooLargeAreDelivered(LiveMode mode) {
        String body = "[1,2," + "3".repeat(100) + ",4]";
        server.thenSend(mode == LiveMode.OFF ? caughtUp("b", body) : caughtUp("a", "[]"));
        if (mode != LiveMode.OFF) {
            server.thenSend(SSE + event("data", body) + control("b"));
        }

        assertThatThrownBy(() -> reader().settings(SETTINGS.withMaxMessageBytes(50))
                        .live(mode)
                        .items()
                        .doOnNext(delivered::add)
                        .then()
                        .block(PATIENCE))
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("max-message-bytes");
        assertThat(delivered).containsExactly(1, 2);
    }

    @Test
    void aReadFromNowDeliversTheMessagesBeforeToo() {
        server.thenSend(caughtUp("b", "[1,\"two\"]"));

        UnreadableMessageException failure = failureOf(reader().from(Offset.NOW).items());

        assertThat(delivered).containsExactly(1);
        assertThat(failure.nextOffset()).isEqualTo(Offset.of("b"));
    }

    @Test
    void manySkippedMessagesDoNotFloodTheLog() {
        server.thenSend(caughtUp("b", "[" + "\"unreadable\",".repeat(1000) + "1]"));

        List<String> lines;
        try (LoggedLines logged = new LoggedLines()) {
            assertThat(reader().settings(SETTINGS.withWhenUnreadable(UnreadablePolicy.SKIP))
                            .collect()
                            .block(PATIENCE))
                    .containsExactly(1);
            lines = logged.lines();
        }

        assertThat(lines)
                .filteredOn(line -> line.contains("Skipping a message"))
                .hasSize(1);
        assertThat(lines).as("the first failure has two lines").hasSize(2);
    }

    @Test
    void theSettingsSkipItToo() {
        server.thenSend(caughtUp("b", "[1,\"two\",3]"));

        assertThat(reader().settings(SETTINGS.withWhenUnreadable(UnreadablePolicy.SKIP))
                        .collect()
                        .block(PATIENCE))
                .containsExactly(1, 3);
    }

    @Test
    void messagesBeyondTheLimitsOfTheMapperAreUnreadable() {
        String number = "1".repeat(1001);
        server.thenSend(caughtUp("b", "[1," + number + ",2]"));
        List<RawJson> raw = new ArrayList<>();

        assertThat(reader().onUnreadable(failure -> {
                            raw.add(failure.content());
                            return null;
                        })
                        .collect()
                        .block(PATIENCE))
                .containsExactly(1, 2);
        assertThat(raw).containsExactly(RawJson.of(number));
    }
}
