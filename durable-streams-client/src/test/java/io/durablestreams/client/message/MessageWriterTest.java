package io.durablestreams.client.message;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.util.RawValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MessageWriterTest {

    private final MessageWriter writer = new MessageWriter(JsonMapper.shared());

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class, property = "@id")
    record Identified(String name) {}

    record Odd() {}

    record Wrapped(@JsonRawValue String json, int number) {}

    /** Writes values as its name says. */
    private static final class OddSerializer extends StdSerializer<Odd> {

        private final String[] values;
        private final boolean leavesOpen;

        OddSerializer(boolean leavesOpen, String... values) {
            super(Odd.class);
            this.values = values;
            this.leavesOpen = leavesOpen;
        }

        @Override
        public void serialize(Odd odd, JsonGenerator generator, SerializationContext context) {
            if (leavesOpen) {
                generator.writeStartArray();
            }
            for (String value : values) {
                generator.writeString(value);
            }
        }
    }

    private static MessageWriter withSerializer(OddSerializer serializer) {
        SimpleModule module = new SimpleModule().addSerializer(Odd.class, serializer);
        return new MessageWriter(JsonMapper.builder().addModule(module).build());
    }

    private static String written(MessageWriter writer, Object message) {
        writer.write(message);
        return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
    }

    @Test
    void writesEachMessageByItself() {
        assertThat(written(writer, Map.of("a", 1))).isEqualTo("{\"a\":1}");
        assertThat(writer.reset()).isTrue();
        assertThat(written(writer, "b")).isEqualTo("\"b\"");
        assertThat(writer.reset()).isTrue();
        assertThat(written(writer, List.of())).isEqualTo("[]");
    }

    @Test
    void writesNoLineBreaksWhateverTheMapperSays() {
        JsonMapper indenting =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        MessageWriter compact = new MessageWriter(indenting);

        assertThat(written(compact, Map.of("a", List.of(1)))).isEqualTo("{\"a\":[1]}");
        assertThat(written(compact, Map.of("b", 2))).isEqualTo("{\"b\":2}");
    }

    /** In one JSON document the second occurrence of an object would only refer to the first. */
    @Test
    void anObjectThatIsSentTwiceIsWrittenTwice() {
        Identified same = new Identified("same");

        assertThat(written(writer, List.of(same, same))).isEqualTo("[{\"@id\":1,\"name\":\"same\"},1]");
        assertThat(written(writer, same)).isEqualTo("{\"@id\":1,\"name\":\"same\"}");
    }

    @Test
    void endsWhatASerializerLeavesOpenAndIsNotUsedAgain() {
        MessageWriter unfinished = withSerializer(new OddSerializer(true, "a"));

        assertThat(written(unfinished, new Odd())).isEqualTo("[\"a\"]");
        assertThat(unfinished.reset()).isFalse();
    }

    @Test
    void refusesMoreThanOneValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> withSerializer(new OddSerializer(false, "a", "b")).write(new Odd()))
                .withMessageContaining("2 JSON values")
                .withMessageContaining("Odd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ \"b\" : 1 }", "[]", "null"})
    void takesRawJsonThatIsOneValue(String json) {
        assertThat(written(writer, new Wrapped(json, 1)))
                .isEqualTo("{\"json\":" + json.replace(" ", "") + ",\"number\":1}");
        assertThat(written(writer, "behind")).isEqualTo("\"behind\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1},{\"number\":2", "1,2", "", "{", "nonsense"})
    void refusesRawJsonThatWouldBreakTheBatchOrSmuggleAMessageIntoIt(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.write(new Wrapped(json, 1)))
                .withMessageContaining("raw JSON")
                .withMessageContaining("Wrapped");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new MessageWriter(JsonMapper.shared()).write(Map.of("nested", new RawValue("1}," + json))));
    }

    @Test
    void writesJsonAlsoWithAMapperThatDoesNot() {
        JsonMapper odd = JsonMapper.builder()
                .disable(JsonWriteFeature.QUOTE_PROPERTY_NAMES, JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                .build();

        assertThat(written(new MessageWriter(odd), Map.of("a", Double.NaN))).isEqualTo("{\"a\":\"NaN\"}");
    }

    @Test
    void givesTheMemoryOfLargeMessagesBack() {
        String large = "x".repeat(1_000_000);

        assertThat(written(writer, large)).hasSize(1_000_002);
        assertThat(writer.reset()).isTrue();
        assertThat(writer.bytes().length).isLessThan(10_000);
        assertThat(written(writer, "small")).isEqualTo("\"small\"");
    }
}
