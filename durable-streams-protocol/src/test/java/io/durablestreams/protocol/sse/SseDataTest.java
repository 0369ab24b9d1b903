package io.durablestreams.protocol.sse;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SseDataTest {

    @ParameterizedTest
    @CsvSource({"'', ''", "QQ==, A", "QUI=, AB", "QUJD, ABC", "'QU\nJD', ABC", "'QU\r\nJD\r', ABC", "'\n\r\n', ''"})
    void decodesBase64ThatMayBeCutIntoLines(String base64, String content) {
        assertThat(SseData.decodeBase64(ascii(base64))).isEqualTo(ascii(content));
    }

    @ParameterizedTest
    @CsvSource({
        "QQ, 'length is 2, which is not a multiple of 4'",
        "QQ=, 'length is 3, which is not a multiple of 4'",
        "'QQ\n=', 'length is 3, which is not a multiple of 4'",
        "QQ==QQ==, not base64",
        "====, not base64",
        "Q===, not base64",
        "=QQQ, not base64",
        "QQ=Q, not base64",
        "-_-_, Illegal base64 character 2d",
        "'QQ =', Illegal base64 character 20",
        "'QQ\t=', Illegal base64 character 9",
    })
    void refusesEverythingElse(String base64, String reason) {
        assertThatExceptionOfType(MalformedBase64Exception.class)
                .isThrownBy(() -> SseData.decodeBase64(ascii(base64)))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 100, 10_000})
    void whatItEncodesIsOneLineAndComesBack(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);

        byte[] base64 = SseData.encodeBase64(bytes);

        assertThat(base64).doesNotContain('\n', '\r');
        assertThat(SseData.decodeBase64(base64)).isEqualTo(bytes);
    }

    @Test
    void decodesLinesOfEveryLength() {
        byte[] bytes = new byte[1_000];
        new Random(3).nextBytes(bytes);
        for (int length = 4; length <= 80; length += 4) {
            byte[] lines = Base64.getMimeEncoder(length, ascii("\r\n")).encode(bytes);

            assertThat(SseData.decodeBase64(lines)).isEqualTo(bytes);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
