package io.durablestreams.protocol.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class SseDecoderTest {

    static Stream<Arguments> streams() {
        return Stream.of(
                arguments("nothing", "", List.of()),
                arguments("one event", "event: data\ndata: [1]\n\n", List.of(event("data", "[1]"))),
                arguments("no space behind the colon", "event:data\ndata:[1]\n\n", List.of(event("data", "[1]"))),
                arguments("two spaces behind the colon", "data:  a \n\n", List.of(event("message", " a "))),
                arguments("a tab behind the colon", "data:\ta\n\n", List.of(event("message", "\ta"))),
                arguments("a colon in the value", "data: :a:b\n\n", List.of(event("message", ":a:b"))),
                arguments("several data lines", "data: a\ndata:\ndata:  b\n\n", List.of(event("message", "a\n\n b"))),
                arguments("an empty data line", "event: data\ndata:\n\n", List.of(event("data", ""))),
                arguments("a data line of one space", "event: data\ndata: \n\n", List.of(event("data", ""))),
                arguments("two empty data lines", "data:\ndata:\n\n", List.of(event("message", "\n"))),
                arguments("data without a colon", "data\n\n", List.of(event("message", ""))),
                arguments("data without a colon twice", "data\ndata\n\n", List.of(event("message", "\n"))),
                arguments("event without a colon", "event: a\nevent\ndata: 1\n\n", List.of(event("message", "1"))),
                arguments("an empty type", "event:\ndata: 1\n\n", List.of(event("message", "1"))),
                arguments("the last type counts", "event: a\nevent: b\ndata: 1\n\n", List.of(event("b", "1"))),
                arguments("the type behind the data", "data: 1\nevent: b\n\n", List.of(event("b", "1"))),
                arguments("a type with spaces", "event:  a b \ndata: 1\n\n", List.of(event(" a b ", "1"))),
                arguments("an event without data", "event: control\n\n", List.of()),
                arguments(
                        "a type does not outlive an event without data",
                        "event: control\n\ndata: 1\n\n",
                        List.of(event("message", "1"))),
                arguments(
                        "a type does not outlive its event",
                        "event: a\ndata: 1\n\ndata: 2\n\n",
                        List.of(event("a", "1"), event("message", "2"))),
                arguments(
                        "blank lines",
                        "\n\n\ndata: 1\n\n\n\ndata: 2\n\n\n",
                        List.of(event("message", "1"), event("message", "2"))),
                arguments(
                        "comments and other fields",
                        ": hello\nid: 7\ndata: 1\n:data: 2\nretry: 10\nx\ndatax: 3\ndat: 4\nDATA: 5\n data: 6\n:\n\n",
                        List.of(event("message", "1"))),
                arguments(
                        "names that are nearly known",
                        "events: a\nevenT: b\ndata : 1\ndata: 2\n\n",
                        List.of(event("message", "2"))),
                arguments("a long unknown name", "x".repeat(300) + "\ndata: 1\n\n", List.of(event("message", "1"))),
                arguments("only a comment", ": keep-alive\n\n", List.of()),
                arguments(
                        "not the line ends of other standards",
                        "data: a\u0085b\u2028c\u2029d\u000be\u000cf\u0000\n\n",
                        List.of(event("message", "a\u0085b\u2028c\u2029d\u000be\u000cf\u0000"))),
                arguments(
                        "UTF-8",
                        "event: \u00e4\u20ac\ndata: \u00e4\u20ac\ud83d\ude00\n\n",
                        List.of(event("\u00e4\u20ac", "\u00e4\u20ac\ud83d\ude00"))),
                arguments("a byte order mark", "\ufeffdata: 1\n\n", List.of(event("message", "1"))),
                arguments(
                        "a byte order mark before a blank line", "\ufeff\ndata: 1\n\n", List.of(event("message", "1"))),
                arguments(
                        "a byte order mark before a comment",
                        "\ufeff: hi\ndata: 1\n\n",
                        List.of(event("message", "1"))),
                arguments(
                        "a second byte order mark", "\ufeff\ufeffdata: 1\ndata: 2\n\n", List.of(event("message", "2"))),
                arguments(
                        "a byte order mark in a later line",
                        "data: 1\n\ufeffdata: 2\n\n",
                        List.of(event("message", "1"))),
                arguments(
                        "a byte order mark behind a short line",
                        "\n\ufeffdata: 2\ndata: 1\n\n",
                        List.of(event("message", "1"))),
                arguments(
                        "a byte order mark behind a colon",
                        ":\ufeffdata: 2\ndata: \ufeff1\n\n",
                        List.of(event("message", "\ufeff1"))),
                arguments(
                        "an unterminated last event",
                        "data: 1\n\nevent: data\ndata: 2\n",
                        List.of(event("message", "1"))),
                arguments("an unterminated last line", "data: 1\n\ndata: 2", List.of(event("message", "1"))),
                arguments(
                        "a batch",
                        "event: data\ndata:[1]\n\nevent: control\ndata:{\"streamNextOffset\":\"5\"}\n\n",
                        List.of(event("data", "[1]"), event("control", "{\"streamNextOffset\":\"5\"}"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void readsTheSameEventsWithEveryLineEndAndHoweverTheBytesAreCut(
            String name, String stream, List<SseEvent> expected) {
        for (String lineEnd : List.of("\n", "\r", "\r\n")) {
            byte[] bytes = utf8(stream.replace("\n", lineEnd));
            assertReadsHoweverItIsCut(bytes, expected);
        }
    }

    @Test
    void takesLineEndsOfAllKindsInOneStream() {
        byte[] bytes = utf8("event: a\rdata: 1\ndata: 2\r\n\rdata: 3\n\rdata: 4\r\n\n");

        assertReadsHoweverItIsCut(bytes, List.of(event("a", "1\n2"), event("message", "3"), event("message", "4")));
    }

    @Test
    void handsOutAnEventAtTheCarriageReturnOfItsBlankLine() {
        SseDecoder decoder = new SseDecoder(100);
        List<SseEvent> events = new ArrayList<>();

        decoder.decode(ByteBuffer.wrap(utf8("data: 1\r\n\r")), events::add);

        assertThat(events).containsExactly(event("message", "1"));
    }

    @Test
    void doesNotTakeALineFeedInTheNextChunkForABlankLine() {
        SseDecoder decoder = new SseDecoder(100);
        List<SseEvent> events = new ArrayList<>();

        decoder.decode(ByteBuffer.wrap(utf8("data: 1\r")), events::add);
        decoder.decode(ByteBuffer.allocate(0), events::add);
        decoder.decode(ByteBuffer.wrap(utf8("\n")), events::add);
        assertThat(events).isEmpty();

        decoder.decode(ByteBuffer.wrap(utf8("\n")), events::add);
        assertThat(events).containsExactly(event("message", "1"));
    }

    @Test
    void consumesBuffersOfEveryKindFromTheirPositionToTheirLimit() {
        byte[] padded = utf8("xxxdata: 1\n\nyyy");
        ByteBuffer heap = ByteBuffer.wrap(padded, 3, padded.length - 6);
        ByteBuffer slice = heap.slice();
        ByteBuffer readOnly = heap.asReadOnlyBuffer();
        ByteBuffer direct = ByteBuffer.allocateDirect(padded.length).put(padded);
        direct.position(3).limit(padded.length - 3);

        for (ByteBuffer buffer : List.of(heap, slice, readOnly, direct)) {
            assertThat(Decoding.inChunks(buffer)).containsExactly(event("message", "1"));
            assertThat(buffer.hasRemaining()).isFalse();
        }
    }

    @Test
    void readsALargeEventFromADirectBuffer() {
        String text = "abcdefg\u20ac".repeat(20_000);
        byte[] stream = utf8("data: " + text + "\n\n");
        ByteBuffer direct = ByteBuffer.allocateDirect(stream.length).put(stream).flip();

        assertThat(Decoding.inChunks(direct)).containsExactly(event("message", text));
    }

    @Test
    void keepsNoBytesOfALargeEventForTheNextOne() {
        String large = "x".repeat(200_000);

        assertThat(Decoding.atOnce(utf8("data: " + large + "\n\ndata: small\n\n")))
                .containsExactly(event("message", large), event("message", "small"));
    }

    @Test
    void readsRandomStreamsAsTheStandardDescribes() {
        Random random = new Random(42);
        String[] pieces = {
            "data", "event", ":", " ", "\n", "\r", "\r\n", "\n\n", "x", "id", "\u20ac", "\ufeff", "\u0085"
        };
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] stream = utf8(text.toString());
            List<SseEvent> expected = eventsByTheStandard(text.toString());

            assertThat(Decoding.atOnce(stream)).as("stream %s", text).isEqualTo(expected);
            assertThat(Decoding.byteByByte(stream)).as("stream %s", text).isEqualTo(expected);
        }
    }

    @Test
    void refusesALimitThatNoEventCanMeet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SseDecoder(0))
                .withMessage("maxEventBytes must be at least 1, but is 0");
    }

    private static void assertReadsHoweverItIsCut(byte[] stream, List<SseEvent> expected) {
        assertThat(Decoding.atOnce(stream)).isEqualTo(expected);
        assertThat(Decoding.byteByByte(stream)).as("byte by byte").isEqualTo(expected);
        for (int position = 0; position <= stream.length; position++) {
            assertThat(Decoding.splitAt(position, stream))
                    .as("split at %d", position)
                    .isEqualTo(expected);
        }
    }

    /** The algorithm of the HTML standard, 9.2.6, word for word and line by line. */
    private static List<SseEvent> eventsByTheStandard(String stream) {
        String text = stream.startsWith("\ufeff") ? stream.substring(1) : stream;
        String[] lines = text.split("\r\n|\r|\n", -1);
        List<SseEvent> events = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        String type = "";
        for (String line : Arrays.asList(lines).subList(0, lines.length - 1)) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(event(type.isEmpty() ? "message" : type, data.substring(0, data.length() - 1)));
                }
                data.setLength(0);
                type = "";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (field.equals("data")) {
                data.append(value).append('\n');
            } else if (field.equals("event")) {
                type = value;
            }
        }
        return events;
    }

    private static SseEvent event(String type, String data) {
        return new SseEvent(type, utf8(data));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
