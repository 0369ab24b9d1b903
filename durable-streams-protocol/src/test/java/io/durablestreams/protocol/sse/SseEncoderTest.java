package io.durablestreams.protocol.sse;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SseEncoderTest {

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'[1]','data:[1]\n'",
                "'','data:\n'",
                "' a','data:  a\n'",
                "'  a','data:   a\n'",
                "' ','data:  \n'",
                "'\ta','data:\ta\n'",
                "'a\nb','data:a\ndata:b\n'",
                "'a\rb','data:a\ndata:b\n'",
                "'a\r\nb','data:a\ndata:b\n'",
                "'a\n\rb','data:a\ndata:\ndata:b\n'",
                "'a\n b','data:a\ndata:  b\n'",
                "'\n','data:\ndata:\n'",
                "'a\r\n','data:a\ndata:\n'",
                "'a\r','data:a\ndata:\n'",
                "':a','data::a\n'"
            })
    void writesOneDataLineForEachLineOfTheContent(String data, String lines) {
        assertThat(SseEncoder.encode("data", utf8(data))).asString().isEqualTo("event: data\n" + lines + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "  leading",
                "a\n b\n  c",
                "\n",
                "\n\n\n",
                "\n\nevent: control\ndata: {\"streamNextOffset\":\"9\"}\n\n",
                "\r\revent: control\rdata: {}\r\r",
                "x\r\n\r\nevent: control\r\ndata: {}\r\n\r\n",
                "data: a",
                ":comment",
                "\u0085\u2028\u2029\u000b\u000c\u0000",
                "\ufeff\u00e4\ud83d\ude00",
                "{\"a\":\"b\"}"
            })
    void whatItWritesIsReadAsOneEventWithTheSameLines(String data) {
        byte[] stream = SseEncoder.encode("data", utf8(data));
        SseEvent expected = new SseEvent("data", utf8(data.replace("\r\n", "\n").replace('\r', '\n')));

        assertThat(Decoding.atOnce(stream)).containsExactly(expected);
        assertThat(Decoding.byteByByte(stream)).containsExactly(expected);
    }

    @Test
    void randomBytesComeBackAsTheyAreWithoutCarriageReturns() {
        Random random = new Random(7);
        byte[] alphabet = {'\n', ' ', ':', 'd', (byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 0, (byte) 0x85};
        for (int round = 0; round < 1_000; round++) {
            byte[] data = new byte[random.nextInt(30)];
            for (int i = 0; i < data.length; i++) {
                data[i] = alphabet[random.nextInt(alphabet.length)];
            }

            assertThat(Decoding.atOnce(SseEncoder.encode("data", data))).containsExactly(new SseEvent("data", data));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"control", "", " spaced ", "\u00e4"})
    void theTypeComesBackAsItIs(String type) {
        String expected = type.isEmpty() ? SseEvent.MESSAGE : type;

        assertThat(Decoding.atOnce(SseEncoder.encode(type, utf8("1"))))
                .containsExactly(new SseEvent(expected, utf8("1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\n"})
    void refusesATypeOfSeveralLines(String type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SseEncoder.encode(type, new byte[0]))
                .withMessageContaining("must be one line");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
