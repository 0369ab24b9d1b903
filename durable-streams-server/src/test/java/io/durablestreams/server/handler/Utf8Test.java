package io.durablestreams.server.handler;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class Utf8Test {

    @ParameterizedTest
    @ValueSource(strings = {"a", "ü", "€", "😀", "aü", "€a", "€😀"})
    void everyProperPrefixOfTheLastCharacterEndsInsideOfIt(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int lastCharacter =
                text.substring(text.offsetByCodePoints(text.length(), -1)).getBytes(StandardCharsets.UTF_8).length;

        assertThat(Utf8.endsInsideCharacter(bytes, bytes.length)).isFalse();
        for (int missing = 1; missing < lastCharacter; missing++) {
            assertThat(Utf8.endsInsideCharacter(bytes, bytes.length - missing)).isTrue();
        }
        assertThat(Utf8.endsInsideCharacter(bytes, bytes.length - lastCharacter))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "8080", "808080", "80808080", "c3bcbc", "e282acac", "f8", "ff", "61bf"})
    void garbageIsWhole(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(Utf8.endsInsideCharacter(bytes, bytes.length)).isFalse();
    }

    @Test
    void findsTheLongestRunOfAppendsThatEndsBetweenCharacters() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        byte[] head = Arrays.copyOf(euro, 1);
        byte[] middle = Arrays.copyOfRange(euro, 1, 2);
        byte[] end = Arrays.copyOfRange(euro, 2, 3);
        byte[] a = {'a'};

        assertThat(whole(a, euro)).isEqualTo(4);
        assertThat(whole(a, head)).isEqualTo(1);
        assertThat(whole(a, head, middle)).isEqualTo(1);
        assertThat(whole(a, head, middle, end)).isEqualTo(4);
        assertThat(whole(head, middle)).isZero();
        assertThat(whole(head, middle, end, head)).isEqualTo(3);
    }

    private static int whole(byte[]... pieces) {
        byte[] text = new byte[Stream.of(pieces).mapToInt(piece -> piece.length).sum()];
        int position = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, text, position, piece.length);
            position += piece.length;
        }
        return Utf8.lengthOfWholeAppends(List.of(pieces), text);
    }
}
