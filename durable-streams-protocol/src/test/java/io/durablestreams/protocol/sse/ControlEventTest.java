package io.durablestreams.protocol.sse;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.protocol.Offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ControlEventTest {

    @Test
    void readsAllMembersInAnyOrder() {
        assertThat(parse("{\"upToDate\":true,\"streamCursor\":\"77\",\"streamNextOffset\":\"01_5\"}"))
                .isEqualTo(control("01_5", "77", true, false));
    }

    @Test
    void takesMissingAndNullMembersForAbsent() {
        assertThat(parse("{\"streamNextOffset\":\"5\"}")).isEqualTo(control("5", null, false, false));
        assertThat(parse("{\"streamNextOffset\":\"5\",\"streamCursor\":null,\"upToDate\":null,\"streamClosed\":null}"))
                .isEqualTo(control("5", null, false, false));
        assertThat(parse("{\"streamNextOffset\":\"5\",\"upToDate\":false,\"streamClosed\":false}"))
                .isEqualTo(control("5", null, false, false));
    }

    @Test
    void aClosedStreamIsUpToDateEvenIfTheEventSaysOtherwise() {
        assertThat(parse("{\"streamNextOffset\":\"5\",\"streamClosed\":true}"))
                .isEqualTo(control("5", null, true, true));
        assertThat(parse("{\"streamNextOffset\":\"5\",\"streamClosed\":true,\"upToDate\":false}"))
                .isEqualTo(control("5", null, true, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "null",
                "\"streamNextOffset\"",
                "{\"streamNextOffset\":7,\"streamClosed\":true}",
                "[[],{\"upToDate\":true}]",
                "12345678901234567890",
                "1e999999999"
            })
    void ignoresOtherMembersWhateverTheyHold(String value) {
        assertThat(parse("{\"x\":" + value + ",\"streamNextOffset\":\"5\",\"y\":" + value + "}"))
                .isEqualTo(control("5", null, false, false));
    }

    @Test
    void readsEscapesAndWhiteSpace() {
        assertThat(parse(" {\n \"streamNext\\u004fffset\" : \"a\\u002db\\u007e\" \r\n} \t"))
                .isEqualTo(control("a-b~", null, false, false));
    }

    @Test
    void acceptsTheBeginningAsAPosition() {
        assertThat(parse("{\"streamNextOffset\":\"-1\"}").streamNextOffset()).isSameAs(Offset.BEGINNING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                   | it is empty",
                "' '                                                  | it is not a JSON object",
                "x                                                    | it is not JSON: Unrecognized token 'x'",
                "{                                                    | it is not JSON: Unexpected end-of-input",
                "{\"streamNextOffset\":\"5\"                          | it is not JSON: Unexpected end-of-input",
                "{\"streamNextOffset\":\"5\",}                        | it is not JSON",
                "{\"streamNextOffset\":\"5\",\"x\":tru}               | it is not JSON",
                "{\"streamNextOffset\":                               | it is not JSON",
                "[]                                                   | it is not a JSON object",
                "null                                                 | it is not a JSON object",
                "\"5\"                                                | it is not a JSON object",
                "{\"streamNextOffset\":\"5\"}{}                       | something follows the JSON object",
                "{\"streamNextOffset\":\"5\"}]                        | it is not JSON",
                "{}                                                   | streamNextOffset is missing",
                "{\"x\":{\"streamNextOffset\":\"5\"}}                 | streamNextOffset is missing",
                "{\"streamnextoffset\":\"5\"}                         | streamNextOffset is missing",
                "{\"streamNextOffset\":5}                             | streamNextOffset is not a string",
                "{\"streamNextOffset\":null}                          | streamNextOffset is not a string",
                "{\"streamNextOffset\":{\"a\":1}}                     | streamNextOffset is not a string",
                "{\"streamNextOffset\":\"\"}                          | streamNextOffset is ''",
                "{\"streamNextOffset\":\"now\"}                       | streamNextOffset is 'now'",
                "{\"streamNextOffset\":\"a b\"}                       | streamNextOffset holds white space",
                "{\"streamNextOffset\":\"a\\u0000\"}                  | streamNextOffset holds white space",
                "{\"streamNextOffset\":\"ü\"}                         | streamNextOffset holds white space",
                "{\"streamNextOffset\":\"5\",\"streamCursor\":7}      | streamCursor is not a string",
                "{\"streamNextOffset\":\"5\",\"upToDate\":\"true\"}   | upToDate is neither true nor false",
                "{\"streamNextOffset\":\"5\",\"streamClosed\":1}      | streamClosed is neither true nor false",
            })
    void refusesWhatDoesNotSayHowFarTheReaderHasCome(String json, String reason) {
        assertThatExceptionOfType(MalformedControlEventException.class)
                .isThrownBy(() -> parse(json))
                .withMessageContaining(reason)
                .withMessageContaining("its data is '" + json + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u20ac", "\ud83d\ude00"})
    void quotesNoMoreThanAnExcerpt(String content) {
        String json = "{\"streamNextOffset\":\" " + content.repeat(100_000) + "\"}";

        assertThatExceptionOfType(MalformedControlEventException.class)
                .isThrownBy(() -> parse(json))
                .withMessageContaining("its data is '{\"streamNextOffset\":\" " + content.repeat(20))
                .withMessageEndingWith("...'")
                .satisfies(malformed -> assertThat(malformed.getMessage()).hasSizeLessThan(250))
                .withNoCause();
    }

    @Test
    void quotesNoControlCharacters() {
        assertThatExceptionOfType(MalformedControlEventException.class)
                .isThrownBy(() -> parse("[\n\u001b[1m]"))
                .withMessageEndingWith("its data is '[  [1m]'");
    }

    @Test
    void writesOnlyTheMembersThatSaySomething() {
        assertThat(control("5", null, false, false).toJson()).asString().isEqualTo("{\"streamNextOffset\":\"5\"}");
        assertThat(control("5", "9", true, false).toJson())
                .asString()
                .isEqualTo("{\"streamNextOffset\":\"5\",\"streamCursor\":\"9\",\"upToDate\":true}");
        assertThat(control("5", null, false, true).toJson())
                .asString()
                .isEqualTo("{\"streamNextOffset\":\"5\",\"upToDate\":true,\"streamClosed\":true}");
    }

    @Test
    void whatItWritesComesBack() {
        ControlEvent event = control("a\"\\~/", "\"\n\\", true, true);

        assertThat(ControlEvent.parse(event.toJson())).isEqualTo(event);
    }

    @Test
    void cannotNameTheTailAsAPosition() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ControlEvent(Offset.NOW, null, true, false));
    }

    private static ControlEvent control(String offset, @Nullable String cursor, boolean upToDate, boolean closed) {
        return new ControlEvent(Offset.of(offset), cursor, upToDate, closed);
    }

    private static ControlEvent parse(String json) {
        return ControlEvent.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
