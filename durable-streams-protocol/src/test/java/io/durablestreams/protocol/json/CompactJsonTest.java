package io.durablestreams.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

import static org.assertj.core.api.Assertions.assertThat;

class CompactJsonTest {

    private static final JsonFactory PARSERS = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    /** What a mutation puts in: the grammar's own bytes, and those at the edges of UTF-8. */
    private static final byte[] BYTES = bytes("{}[],:\"\\/ \n0159.-+eEtruefalsn'#a\u0000\u001f\u007f");

    private static final int[] EDGES = {
        0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4,
        0xf5, 0xff
    };

    private static final Pattern STRING = Pattern.compile("\"(\\\\.|[^\"\\\\])*+\"");
    private static final Pattern WHITE_SPACE = Pattern.compile("[ \\t\\r\\n]");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "10",
                "-1.50e+07",
                "1E-2",
                "true",
                "false",
                "null",
                "\"\"",
                "\" \\\" \\\\ \\/\\b\\f\\n\\r\\t\\u00fF \"",
                "\"\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff\"",
                "[]",
                "{}",
                "[[],{},[{}]]",
                "{\"\":{\"a\":[1,\"b\"]},\"c\":null}"
            })
    void recognisesCompactValues(String json) {
        assertThat(CompactJson.isValue(bytes(json))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " 1", "1 ", "[1, 2]", "{\"a\" :1}", "1,2", "[1],[2]", "[1}", "{1:2}", "{\"a\"}", "[1,]", "01"
            })
    void leavesEverythingElseToAParser(String json) {
        assertThat(CompactJson.isValue(bytes(json))).isFalse();
    }

    @Test
    void leavesDeepNestingToAParser() {
        assertThat(CompactJson.isValue(bytes("[".repeat(63) + "]".repeat(63)))).isTrue();
        assertThat(CompactJson.isValue(bytes("[".repeat(64) + "]".repeat(64)))).isFalse();
        assertThat(JsonMessages.requireSingleValue(bytes("[".repeat(64) + "]".repeat(64))))
                .hasSize(128);
    }

    @Test
    void recognisesWhateverIsCompact() {
        RandomJson random = new RandomJson(new Random(5));
        for (int round = 0; round < 2000; round++) {
            byte[] compact = JsonMessages.requireSingleValue(bytes(random.array()));

            assertThat(CompactJson.isValue(compact)).as(text(compact)).isTrue();
        }
    }

    @Test
    void agreesWithAParserAboutWhatIsAlmostJson() {
        Random random = new Random(6);
        RandomJson json = new RandomJson(random);
        int recognised = 0;
        for (int round = 0; round < 30_000; round++) {
            byte[] mutated = JsonMessages.requireSingleValue(bytes(json.array()));
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = anyByte(random);
            }
            boolean valid = isOneValue(mutated) && isUtf8(mutated) && !hasWhiteSpace(mutated);
            recognised += valid ? 1 : 0;

            assertThat(CompactJson.isValue(mutated)).as(() -> text(mutated)).isEqualTo(valid);
        }
        assertThat(recognised).isBetween(1000, 29_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 37, 40})
    void findsEachByteThatAStringCannotHoldWhereverItIs(int length) {
        byte[] plain = bytes("\"" + "~!#[ ]\u007f".repeat(6).substring(0, length) + "\"");
        assertThat(CompactJson.isValue(plain)).isTrue();
        for (int at = 1; at <= length; at++) {
            for (int next = 0; next < 256; next++) {
                byte[] json = plain.clone();
                json[at] = (byte) next;

                assertThat(CompactJson.isValue(json))
                        .as("%x at %d", next, at)
                        .isEqualTo(isOneValue(json) && isUtf8(json));
            }
        }
    }

    @Test
    void recognisesTheCharactersThatUtf8Has() {
        for (int first : EDGES) {
            for (int second : EDGES) {
                for (byte[] json : List.of(
                        string(first, second),
                        string(first, second, 0x80),
                        string(first, second, 0x80, 0xbf),
                        string(first, second, 'a', 0x80))) {
                    assertThat(CompactJson.isValue(json))
                            .as("%x %x", first, second)
                            .isEqualTo(isUtf8(json));
                }
            }
        }
    }

    private static byte anyByte(Random random) {
        return random.nextInt(4) == 0
                ? (byte) EDGES[random.nextInt(EDGES.length)]
                : BYTES[random.nextInt(BYTES.length)];
    }

    private static boolean isOneValue(byte[] json) {
        try (JsonParser parser = PARSERS.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException refused) {
            return false;
        }
    }

    private static boolean isUtf8(byte[] json) {
        return Arrays.equals(bytes(text(json)), json);
    }

    /** Whether valid JSON has white space outside its strings. */
    private static boolean hasWhiteSpace(byte[] json) {
        return WHITE_SPACE.matcher(STRING.matcher(text(json)).replaceAll("")).find();
    }

    private static byte[] string(int... content) {
        byte[] json = new byte[content.length + 2];
        for (int i = 0; i < content.length; i++) {
            json[i + 1] = (byte) content[i];
        }
        json[0] = '"';
        json[json.length - 1] = '"';
        return json;
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
