package io.durablestreams.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class JsonMessagesTest {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("{\"a\":1}", List.of("{\"a\":1}")),
                arguments("5", List.of("5")),
                arguments("\"x\"", List.of("\"x\"")),
                arguments("\"\"", List.of("\"\"")),
                arguments("null", List.of("null")),
                arguments(" true ", List.of("true")),
                arguments("[]", List.of()),
                arguments(" [ \n\t\r] ", List.of()),
                arguments("[1]", List.of("1")),
                arguments("[1,2]", List.of("1", "2")),
                arguments(" [ 1 ,\n2 ] ", List.of("1", "2")),
                arguments("[[1,2],[3]]", List.of("[1,2]", "[3]")),
                arguments("[[[1]]]", List.of("[[1]]")),
                arguments("[[]]", List.of("[]")),
                arguments("[{},[],\"\",null]", List.of("{}", "[]", "\"\"", "null")),
                arguments("[{\"a\":[1,{\"b\":[2,3]}]},{\"c\":4}]", List.of("{\"a\":[1,{\"b\":[2,3]}]}", "{\"c\":4}")),
                arguments("[\",\",\"]\",\"[{\"]", List.of("\",\"", "\"]\"", "\"[{\"")),
                arguments("[\"\\\"\",\"\\\\\",\"\\\\\\\"]\"]", List.of("\"\\\"\"", "\"\\\\\"", "\"\\\\\\\"]\"")),
                arguments("[{\"a , ] }\" : \" , \" }]", List.of("{\"a , ] }\":\" , \"}")));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void splitsAnArrayIntoItsElementsAndTakesAnythingElseForOneMessage(String body, List<String> messages) {
        assertThat(split(body)).isEqualTo(messages);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678901234567890",
                "1.0",
                "1e5",
                "1E+05",
                "-0",
                "-0.0e-0",
                "0.1000",
                "\"\\u0041\\/\\n\\ud800\"",
                "\"  two  spaces  \"",
                "\"\u00e4\u20ac\ud83d\ude00\u2028\u007f\"",
                "{\"b\":1,\"a\":2,\"1\":3}",
                "{\"a\":1,\"a\":2}",
                "{\"\":0}"
            })
    void messagesKeepTheirBytes(String message) {
        assertThat(split(message)).containsExactly(message);
        assertThat(split("[ " + message + " , " + message + " ]")).containsExactly(message, message);
        assertThat(split("[{\"x\" : [ " + message + "\n]\t}]")).containsExactly("{\"x\":[" + message + "]}");
    }

    @Test
    void messagesKeepNumbersStringsAndNamesOfAnyLength() {
        String number = "1".repeat(20_000);
        String object = "{\"" + "n".repeat(200_000) + "\":\"" + "v".repeat(2_000_000) + "\"}";

        assertThat(split("[" + number + "," + object + "]")).containsExactly(number, object);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\n\t\r ",
                "[",
                "]",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[,]",
                "[1,,2]",
                "[1 2]",
                "[1]]",
                "[1][2]",
                "1 2",
                "1,2",
                "{} {}",
                "[] []",
                "[]x",
                "nul",
                "nullx",
                "True",
                "NaN",
                "Infinity",
                "-",
                "+1",
                "01",
                "1.",
                ".5",
                "1e",
                "0x1",
                "'a'",
                "\"",
                "\"a",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"a\nb\"",
                "\"\u0000\"",
                "\"\u001f\"",
                "{",
                "}",
                "{]",
                "[}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "{1:2}",
                "{\"a\":1 \"b\":2}",
                "/**/1",
                "1//",
                "#1",
                "[1]\u0000",
                "\u0000[1]",
                "\u00a0[1]",
                "\ufeff[1]",
                "\u000b1"
            })
    void refusesWhatIsNotExactlyOneJsonValue(String body) {
        for (String text : List.of(body, body + " ", " " + body)) {
            assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> split(text));
            assertThatExceptionOfType(InvalidJsonException.class)
                    .isThrownBy(() -> JsonMessages.requireSingleValue(utf8(text)));
        }
    }

    @Test
    void refusesEveryTruncationOfABody() {
        String body = "[{\"a\":[1.5e3,true,null,\"x\\u0041\u20ac\"]},[],false]";
        byte[] bytes = utf8(body);
        for (int length = 0; length < bytes.length; length++) {
            byte[] truncated = Arrays.copyOf(bytes, length);

            assertThatExceptionOfType(InvalidJsonException.class)
                    .as("cut to %d bytes", length)
                    .isThrownBy(() -> JsonMessages.split(truncated));
        }
        assertThat(split(body)).hasSize(3);
    }

    @Test
    void refusesEncodingsOtherThanUtf8() {
        for (byte[] body : List.of(
                "[1]".getBytes(StandardCharsets.UTF_16),
                "[1]".getBytes(StandardCharsets.UTF_16LE),
                "[1]".getBytes(StandardCharsets.UTF_16BE),
                "\"\u00e4\"".getBytes(StandardCharsets.ISO_8859_1),
                new byte[] {'"', (byte) 0x80, '"'},
                new byte[] {'"', (byte) 0xff, '"'},
                new byte[] {'"', (byte) 0xe2, (byte) 0x82, '"'})) {
            assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> JsonMessages.split(body));
        }
    }

    @ParameterizedTest
    @CsvSource({"'[1,x]', 3", "'[1] 2', 4", "'', 0", "'  ', 2", "'[1,2', 4"})
    void saysWhereAndWhatIsWrong(String body, long position) {
        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(() -> split(body))
                .satisfies(invalid -> assertThat(invalid.position()).isBetween(position, position + 1))
                .satisfies(invalid -> assertThat(invalid.reason()).isNotBlank())
                .satisfies(invalid -> assertThat(invalid)
                        .hasMessage("Invalid JSON at byte " + invalid.position() + ": " + invalid.reason()));
    }

    @Test
    void quotesNoMoreThanAnExcerpt() {
        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(() -> split("[" + "secret".repeat(100_000) + "]"))
                .satisfies(invalid -> assertThat(invalid.getMessage()).hasSizeLessThan(600))
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void refusesDeepNestingWithoutExhaustingTheStack(String opening) {
        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(() -> split(opening.repeat(1_000_000)))
                .withMessageContaining("nesting depth")
                .satisfies(invalid -> assertThat(invalid.position()).isEqualTo(InvalidJsonException.UNKNOWN_POSITION));
    }

    @Test
    void theDeepestMessageDoesNotSpoilTheBatchThatItIsPutInto() {
        String deepest = "[".repeat(500) + "]".repeat(500);
        String deepestObject = "{\"a\":".repeat(500) + "1" + "}".repeat(500);

        for (String message : List.of(deepest, deepestObject)) {
            assertThat(JsonMessages.requireSingleValue(utf8(message))).hasSize(message.length());
            assertThat(split(join("1", message, "2"))).containsExactly("1", message, "2");
            assertThat(split(" [" + message + "]")).containsExactly(message);
        }
        assertThat(split(deepestObject)).containsExactly(deepestObject);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void aMessageThatIsDeeperIsRefusedAloneAndInABatch(String opening) {
        String deeper = opening.repeat(501) + "1" + (opening.equals("[") ? "]" : "}").repeat(501);

        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(() -> JsonMessages.requireSingleValue(utf8(deeper)));
        assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> split("[" + deeper + "]"));
    }

    @Test
    void anObjectThatIsDeeperIsRefusedWhereItIsTheWholeBody() {
        String deeper = "{\"a\":".repeat(501) + "1" + "}".repeat(501);

        assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> split(deeper));
    }

    @Test
    void refusesCharactersThatAreNotWrittenAsUtf8WritesThem() {
        for (byte[] bad : List.of(
                new byte[] {(byte) 0xc0, (byte) 0xa2},
                new byte[] {(byte) 0xe0, (byte) 0x80, (byte) 0xa2},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80})) {
            byte[] json = utf8("[ \"" + "x".repeat(bad.length) + "\"]");
            System.arraycopy(bad, 0, json, 3, bad.length);

            assertThatExceptionOfType(InvalidJsonException.class)
                    .isThrownBy(() -> JsonMessages.split(json))
                    .satisfies(invalid -> assertThat(invalid.position()).isEqualTo(3));
        }
    }

    @Test
    void joinsMessagesToAnArray() {
        assertThat(join()).isEqualTo("[]");
        assertThat(join("1")).isEqualTo("[1]");
        assertThat(join("{\"a\":1}", "[2,3]", "\"\"")).isEqualTo("[{\"a\":1},[2,3],\"\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1               | 1",
                "` [1, 2] `      | [1,2]",
                "[[1], [ ]]      | [[1],[]]",
                "{\"a\" : \" \"} | {\"a\":\" \"}",
            })
    void requiresOneValueAndReturnsItWithoutWhiteSpace(String json, String compact) {
        assertThat(JsonMessages.requireSingleValue(utf8(json))).asString().isEqualTo(compact);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2", "1],[2", "1]", "{}},{", "\"\",\"\"", "1\n2"})
    void aValueCannotSmuggleMessagesIntoABatch(String json) {
        assertThatExceptionOfType(InvalidJsonException.class)
                .isThrownBy(() -> JsonMessages.requireSingleValue(utf8(json)));
    }

    @Test
    void returnsAValueWithoutWhiteSpaceAsItIs() {
        byte[] json = utf8("{\"a\":[1,\" \"]}");

        assertThat(JsonMessages.requireSingleValue(json)).isSameAs(json);
    }

    @Test
    void randomArraysAreSplitAsJacksonReadsThemAndJoinedAgain() {
        RandomJson random = new RandomJson(new Random(11));
        for (int round = 0; round < 500; round++) {
            String array = random.array();

            List<String> messages = split(array);

            List<JsonNode> elements = new ArrayList<>();
            MAPPER.readTree(array).forEach(elements::add);
            assertThat(messages).as(array).hasSameSizeAs(elements);
            for (int i = 0; i < elements.size(); i++) {
                assertThat(MAPPER.readTree(messages.get(i))).isEqualTo(elements.get(i));
            }
            byte[] joined = JsonMessages.join(
                    messages.stream().map(JsonMessagesTest::utf8).toList());
            assertThat(split(new String(joined, StandardCharsets.UTF_8))).isEqualTo(messages);
            assertThat(JsonMessages.requireSingleValue(utf8(array))).isEqualTo(joined);
        }
    }

    private static List<String> split(String body) {
        return JsonMessages.split(utf8(body)).stream()
                .map(message -> new String(message, StandardCharsets.UTF_8))
                .toList();
    }

    private static String join(String... messages) {
        return new String(
                JsonMessages.join(
                        Stream.of(messages).map(JsonMessagesTest::utf8).toList()),
                StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
