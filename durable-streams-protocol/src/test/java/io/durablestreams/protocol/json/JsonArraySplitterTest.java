package io.durablestreams.protocol.json;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.protocol.json.JsonArraySplitter.Messages;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class JsonArraySplitterTest {

    private final JsonArraySplitter splitter = new JsonArraySplitter(1_000_000);

    @Test
    void handsOutMessagesAsTheyAreCompleted() {
        feed("[{\"a\":1},{\"b\"");
        assertThat(splitter.readyMessages()).isEqualTo(1);
        assertThat(splitter.readyBytes()).isEqualTo(7);
        assertThat(take()).isEqualTo("{\"a\":1}");
        assertThat(splitter.take()).isNull();

        feed(":2},\"");
        feed("x\",3");
        assertThat(splitter.readyMessages()).isEqualTo(2);
        assertThat(take()).isEqualTo("{\"b\":2}\n\"x\"");
        assertThat(splitter.readyMessages()).isZero();
        assertThat(splitter.readyBytes()).isZero();

        feed("4]");
        assertThat(take()).isEqualTo("34");
        assertThat(splitter.isComplete()).isTrue();
        splitter.end();
    }

    @Test
    void separatesMessagesByOneLineFeed() {
        feed("[1,[2,3],{\"a\":\",\"},\"[\",null]");

        Messages messages = requireNonNull(splitter.take());

        assertThat(messages.count()).isEqualTo(5);
        assertThat(text(messages)).isEqualTo("1\n[2,3]\n{\"a\":\",\"}\n\"[\"\nnull");
    }

    @Test
    void messagesAreSplitWithoutAParser() {
        List<String> messages = List.of(
                "1",
                "\"a\\\"]b\"",
                "{\"a\" : [1,\n\"}\", {}]}",
                "nope",
                "[]",
                "{\"a\":}",
                "\"\\\\\"",
                "-1.5e3",
                "[[\"[\"]]");
        feed("[ " + String.join(" ,\n ", messages) + " ]");

        assertThat(each(splitter)).isEqualTo(messages);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,2,3 4,5]", "[1,2,\"3\"4]", "[1,2,\"\t\"]", "[1,2,,3]", "[1,2,3}", "[1,2,"})
    void theMessagesBeforeAMalformedOneCanBeTaken(String body) {
        for (int cut = 0; cut < body.length(); cut++) {
            JsonArraySplitter one = new JsonArraySplitter(1000);
            String first = body.substring(0, cut);
            String second = body.substring(cut);

            assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> {
                one.feed(ByteBuffer.wrap(first.getBytes(StandardCharsets.UTF_8)));
                one.feed(ByteBuffer.wrap(second.getBytes(StandardCharsets.UTF_8)));
                one.end();
            });
            assertThat(each(one)).as("cut at %d", cut).containsExactly("1", "2");
        }
    }

    private static List<String> each(JsonArraySplitter splitter) {
        return requireNonNull(splitter.take()).each().stream()
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 100})
    void skipsAByteOrderMarkHoweverItIsCut(int chunk) {
        byte[] body = "\ufeff [1,\"\ufeff\"]".getBytes(StandardCharsets.UTF_8);

        for (int i = 0; i < body.length; i += chunk) {
            splitter.feed(ByteBuffer.wrap(body, i, Math.min(chunk, body.length - i)));
        }
        splitter.end();

        assertThat(take()).isEqualTo("1\n\"\ufeff\"");
    }

    @Test
    void refusesPartOfAByteOrderMark() {
        for (byte[] body : List.of(
                new byte[] {(byte) 0xEF, '[', ']'},
                new byte[] {(byte) 0xEF, (byte) 0xBB, ' ', '[', ']'},
                new byte[] {(byte) 0xEF, ' ', (byte) 0xBB, (byte) 0xBF, '[', ']'},
                new byte[] {(byte) 0xBB, (byte) 0xBF, '[', ']'})) {
            JsonArraySplitter fresh = new JsonArraySplitter(100);
            assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> fresh.feed(ByteBuffer.wrap(body)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", " [ ] ", "\r\n[\t]\n"})
    void anEmptyArrayHasNoMessages(String body) {
        feed(body);

        assertThat(splitter.take()).isNull();
        assertThat(splitter.isComplete()).isTrue();
        splitter.end();
    }

    @Test
    void whatWasTakenBelongsToTheReceiver() {
        feed("[\"first\",\"second");
        Messages first = requireNonNull(splitter.take());

        feed("\",\"third\"]");

        assertThat(text(first)).isEqualTo("\"first\"");
        assertThat(take()).isEqualTo("\"second\"\n\"third\"");
    }

    @Test
    void consumesBuffersOfEveryKindFromTheirPositionToTheirLimit() {
        byte[] padded = "xx[1,2]yy".getBytes(StandardCharsets.UTF_8);
        ByteBuffer heap = ByteBuffer.wrap(padded, 2, 5);
        ByteBuffer readOnly = heap.asReadOnlyBuffer();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(padded.length).put(padded).position(2).limit(7);
        for (ByteBuffer buffer : List.of(heap, readOnly, direct)) {
            JsonArraySplitter fresh = new JsonArraySplitter(10);
            fresh.feed(buffer);

            assertThat(buffer.hasRemaining()).isFalse();
            assertThat(text(requireNonNull(fresh.take()))).isEqualTo("1\n2");
        }
        assertThat(padded).as("the chunk").asString().isEqualTo("xx[1,2]yy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1                | 0 | the body is not a JSON array",
                "{\"a\":1}        | 0 | the body is not a JSON array",
                "'  \"[\"'        | 2 | the body is not a JSON array",
                "]                | 0 | the body is not a JSON array",
                "[,1]             | 1 | a message is missing",
                "[1,]             | 3 | a message is missing",
                "[1,,2]           | 3 | a message is missing",
                "[1, ]            | 4 | a message is missing",
                "[}               | 1 | a message is missing",
                "[1 2]            | 3 | a comma is missing",
                "[true false]     | 6 | a comma is missing",
                "[\"a\"\"b\"]     | 4 | a comma is missing",
                "[{}{}]           | 3 | a comma is missing",
                "[[] 1]           | 4 | a comma is missing",
                "[1\"a\"]         | 2 | a comma is missing",
                "[1{}]            | 2 | a comma is missing",
                "[1}              | 2 | a comma is missing",
                "[1]]             | 3 | something follows",
                "[1],             | 3 | something follows",
                "[] []            | 3 | something follows",
                "[]x              | 2 | something follows",
                "'[\"a\u0000\"]'    | 3 | a control character",
                "'[{\"a\n\":1}]'    | 4 | a control character",
                "'[{\u0001}]'       | 2 | a control character",
                "'[\u0000]'         | 1 | a control character",
                "'[1\u0000]'        | 2 | a control character",
                "'[]\u0000'         | 2 | a control character",
                "\uFEFF\uFEFF[]   | 3 | the body is not a JSON array",
                "' \uFEFF[]'      | 1 | the body is not a JSON array",
                "[]\uFEFF         | 2 | something follows",
                "[\uFEFF1]        | 1 | outside of ASCII",
                "[\u00A01]        | 1 | outside of ASCII",
            })
    void refusesWhatIsNotOneArrayHoweverItIsCut(String body, long position, String reason) {
        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(() -> feed(body))
                .withMessageContaining("at byte " + position)
                .withMessageContaining(reason)
                .satisfies(invalid -> assertThat(invalid.position()).isEqualTo(position));

        JsonArraySplitter fresh = new JsonArraySplitter(100);
        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(() -> {
                    for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
                        fresh.feed(ByteBuffer.wrap(new byte[] {b}));
                        fresh.take();
                    }
                })
                .withMessageContaining(reason)
                .satisfies(invalid -> assertThat(invalid.position()).isEqualTo(position));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[", "[ ", "[1", "[1,", "[1 ", "[\"", "[\"a", "[\"\\", "[\"\\\"]", "[{", "[{\"a\":[1]", "[[1]"})
    void anArrayThatDoesNotEndIsTruncated(String body) {
        feed(body);

        assertThat(splitter.isComplete()).isFalse();
        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(splitter::end)
                .withMessage("Invalid JSON at byte " + body.length() + ": the body ends within the JSON array");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n\t "})
    void aBodyWithoutAnArrayIsEmpty(String body) {
        feed(body);

        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(splitter::end)
                .withMessageContaining("the body is empty instead of a JSON array");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[12345678901]",
                "[12345678901",
                "[\"234567890\"",
                "[\"23456789012",
                "[[234567890]",
                "[1,{\"a\":[[[[[["
            })
    void refusesAMessageThatExceedsTheLimitWhetherItEndsOrNot(String body) {
        assertThatExceptionOfType(MessageTooLargeException.class)
                .isThrownBy(
                        () -> new JsonArraySplitter(10).feed(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8))))
                .withMessageContaining("limit of 10 bytes")
                .satisfies(tooLarge -> assertThat(tooLarge.limit()).isEqualTo(10));

        JsonArraySplitter fresh = new JsonArraySplitter(10);
        assertThatExceptionOfType(MessageTooLargeException.class).isThrownBy(() -> {
            for (byte b : body.getBytes(StandardCharsets.UTF_8)) {
                fresh.feed(ByteBuffer.wrap(new byte[] {b}));
            }
        });
    }

    @Test
    void acceptsMessagesThatJustMeetTheLimit() {
        JsonArraySplitter small = new JsonArraySplitter(10);

        small.feed(ByteBuffer.wrap(
                "[1234567890,\"23456789\", {\"a\":1234}  ,\n[1,2,3,45]]".getBytes(StandardCharsets.UTF_8)));

        assertThat(small.readyMessages()).isEqualTo(4);
    }

    @Test
    void doesNotKeepTheWhiteSpaceBetweenMessages() {
        String blanks = " ".repeat(10_000);
        for (String body : List.of("", "[", "1", ",", "2,")) {
            feed(body);
            for (int i = 0; i < 1_000; i++) {
                feed(blanks);
            }
        }
        feed("3]");
        for (int i = 0; i < 1_000; i++) {
            feed(blanks);
        }

        Messages messages = requireNonNull(splitter.take());

        assertThat(text(messages)).isEqualToIgnoringWhitespace("1\n2\n3");
        assertThat(messages.count()).isEqualTo(3);
        assertThat(messages.bytes()).hasSizeLessThan(100_000);
    }

    @Test
    void takesLinearTimeForAMessageThatArrivesByteByByte() {
        JsonArraySplitter large = new JsonArraySplitter(4_000_000);
        byte[] letter = {'x'};
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            large.feed(ByteBuffer.wrap(new byte[] {'[', '1', ',', '"'}));
            for (int i = 0; i < 3_000_000; i++) {
                large.feed(ByteBuffer.wrap(letter));
                large.take();
            }
            large.feed(ByteBuffer.wrap(new byte[] {'"', ']'}));
        });

        assertThat(requireNonNull(large.take()).length()).isEqualTo(3_000_002);
    }

    @Test
    void nestingCostsNoStack() {
        String deep = "[".repeat(400_000) + "]".repeat(400_000);

        feed("[" + deep + "]");

        assertThat(take()).isEqualTo(deep);
        assertThat(splitter.isComplete()).isTrue();
    }

    @Test
    void refusesALimitThatNoMessageCanMeet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JsonArraySplitter(0))
                .withMessage("maxMessageBytes must be at least 1, but is 0");
    }

    private void feed(String text) {
        splitter.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String take() {
        return text(requireNonNull(splitter.take()));
    }

    private static String text(Messages messages) {
        return new String(messages.bytes(), messages.offset(), messages.length(), StandardCharsets.UTF_8);
    }
}
