package io.durablestreams.protocol.json;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.protocol.json.JsonArraySplitter.Messages;

import static org.assertj.core.api.Assertions.assertThat;

/** Splitting a body and reading the parts gives what Jackson makes of the whole, be it values or an error. */
class JsonArraySplitterOracleTest {

    private static final ObjectReader READER = JsonMapper.shared().readerFor(JsonNode.class);

    /** For the whole body: UTF-8 only, as the protocol wants it. */
    private static final ObjectReader WHOLE = JsonMapper.builder(JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .build())
            .build()
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[1]",
                "[1,2,3]",
                "[[1,2],[3],[]]",
                "[[[1]]]",
                "[null,true,false,0,-1.5e3,\"\",{},[]]",
                " [ 1 , \"a\" ,\n{ \"b\" : [ 1 , 2 ] } , [ ] ] \r\n",
                "[\"\\\\\",\"\\\"\",\"\\\\\\\"\",\"]\",\",\"]",
                "[{\"a\\\"\":\"}\"},{\"[\":\"\u20ac\ud83d\ude00\"}]",
                "[12345678901234567890,1.0,1e5,\"\\u0041\"]"
            })
    void givesTheSameValuesAtEverySplitWhetherItIsTakenFromInBetweenOrNot(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        List<JsonNode> expected = expected(bytes);
        assertThat(expected).isNotNull();

        for (int position = 0; position <= bytes.length; position++) {
            assertThat(read(bytes, true, position)).as("split at %d", position).isEqualTo(expected);
            assertThat(read(bytes, false, position)).as("split at %d", position).isEqualTo(expected);
        }
        assertThat(read(bytes, true, everyPosition(bytes))).isEqualTo(expected);
        assertThat(read(bytes, false, everyPosition(bytes))).isEqualTo(expected);
    }

    @Test
    void givesTheSameValuesForRandomArraysInRandomChunks() {
        Random random = new Random(5);
        RandomJson json = new RandomJson(random);
        for (int round = 0; round < 1_000; round++) {
            byte[] bytes = json.array().getBytes(StandardCharsets.UTF_8);
            int[] positions =
                    random.ints(random.nextInt(6), 0, bytes.length).sorted().toArray();

            assertThat(read(bytes, random.nextBoolean(), positions))
                    .as(() -> new String(bytes, StandardCharsets.UTF_8))
                    .isNotNull()
                    .isEqualTo(expected(bytes));
        }
    }

    @Test
    void agreesWithJacksonWhetherADamagedArrayIsValid() {
        Random random = new Random(6);
        RandomJson json = new RandomJson(random);
        byte[] replacements = "[]{},:\"\\ \n\t01-.eatx\u00e4\u0000\u0001'/#".getBytes(StandardCharsets.UTF_8);
        int invalid = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = json.array().getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes = damage(bytes, replacements[random.nextInt(replacements.length)], random);
            }
            byte[] damaged = bytes;
            List<JsonNode> expected = expected(damaged);

            assertThat(read(damaged, round % 2 == 0, damaged.length / 2))
                    .as(() -> new String(damaged, StandardCharsets.UTF_8))
                    .isEqualTo(expected);
            invalid += expected == null ? 1 : 0;
        }
        assertThat(invalid).as("how many were invalid").isBetween(5_000, 19_500);
    }

    private static byte[] damage(byte[] bytes, byte replacement, Random random) {
        int position = random.nextInt(bytes.length);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bytes, Math.max(1, position));
            case 1 -> concat(bytes, position, new byte[] {replacement}, position);
            case 2 -> concat(bytes, position, new byte[0], Math.min(bytes.length, position + 1));
            default -> concat(bytes, position, new byte[] {replacement}, position + 1);
        };
    }

    private static byte[] concat(byte[] bytes, int to, byte[] middle, int from) {
        ByteBuffer result = ByteBuffer.allocate(to + middle.length + bytes.length - from + 1);
        result.put(bytes, 0, to).put(middle).put(bytes, from, bytes.length - from);
        return result.put((byte) ' ').array();
    }

    /** Returns the elements of a body, or null if it is not a JSON array. */
    private static @Nullable List<JsonNode> expected(byte[] body) {
        try {
            JsonNode whole = WHOLE.readValue(body);
            if (!whole.isArray()) {
                return null;
            }
            List<JsonNode> elements = new ArrayList<>();
            whole.forEach(elements::add);
            return elements;
        } catch (JacksonException invalid) {
            return null;
        }
    }

    /** Returns the messages of a body that arrives cut at some positions, or null if it is refused. */
    private static @Nullable List<JsonNode> read(byte[] body, boolean takeInBetween, int... positions) {
        JsonArraySplitter splitter = new JsonArraySplitter(10_000);
        List<JsonNode> values = new ArrayList<>();
        try {
            int from = 0;
            for (int position : positions) {
                splitter.feed(ByteBuffer.wrap(body, from, position - from));
                from = position;
                if (takeInBetween) {
                    readInto(values, splitter.take());
                }
            }
            splitter.feed(ByteBuffer.wrap(body, from, body.length - from));
            splitter.end();
            readInto(values, splitter.take());
            return values;
        } catch (InvalidJsonException | JacksonException invalid) {
            return null;
        }
    }

    private static void readInto(List<JsonNode> values, @Nullable Messages messages) {
        if (messages != null) {
            List<JsonNode> read = READER.<JsonNode>readValues(
                            READER.createParser(messages.bytes(), messages.offset(), messages.length()))
                    .readAll();
            assertThat(read).as("number of messages").hasSize(messages.count());
            values.addAll(read);
        }
    }

    private static int[] everyPosition(byte[] bytes) {
        int[] positions = new int[bytes.length];
        Arrays.setAll(positions, i -> i);
        return positions;
    }
}
