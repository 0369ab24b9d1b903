package io.durablestreams.client.message;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MessageEncoderTest {

    private static final String JSON = "application/json";
    private static final URI STREAM = URI.create("http://localhost/streams/a");

    private final MessageEncoder encoder = new MessageEncoder(JsonMapper.shared());

    /** Encodes another message while it is being encoded itself. */
    public final class Nesting {

        public String getInner() {
            return encoded("inner", JSON);
        }
    }

    /** Fails when half of it is written. */
    public static final class Failing {

        public String getFirst() {
            return "written";
        }

        public String getSecond() {
            throw new IllegalStateException("thrown by the test");
        }
    }

    private String encoded(Object message, String contentType) {
        return new String(encoder.encode(message, contentType, STREAM), StandardCharsets.UTF_8);
    }

    @Test
    void whatCannotBeWrittenLeavesNothingBehind() {
        assertThat(encoded(1, JSON)).isEqualTo("1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoded(new Failing(), JSON))
                .withMessageContaining(STREAM.toString())
                .withMessageContaining("Failing")
                .withMessageContaining("thrown by the test");
        assertThat(encoded(Map.of("a", 2), JSON)).isEqualTo("{\"a\":2}");
    }

    @Test
    void aMessageMayEncodeAnotherOne() {
        assertThat(encoded(new Nesting(), JSON)).isEqualTo("{\"inner\":\"\\\"inner\\\"\"}");
        assertThat(encoded("after", JSON)).isEqualTo("\"after\"");
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        List<CompletableFuture<Void>> threads = IntStream.range(0, 40)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> IntStream.range(0, 500).forEach(i -> {
                            String text = "message " + i + " of thread " + thread;
                            assertThat(encoded(List.of(text), JSON)).isEqualTo("[\"" + text + "\"]");
                        }),
                        command -> new Thread(command).start()))
                .toList();

        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void bytesTextAndSerialisedJsonAreTakenAsTheyAre() {
        ByteBuffer part = ByteBuffer.wrap("-bytes-".getBytes(StandardCharsets.UTF_8), 1, 5);

        assertThat(encoded(part, "application/octet-stream")).isEqualTo("bytes");
        assertThat(part.remaining()).isEqualTo(5);
        assertThat(encoded("\u20ac", "text/plain")).isEqualTo("\u20ac");
        assertThat(encoded(RawJson.of("{ \"a\" : 1 }"), JSON)).isEqualTo("{\"a\":1}");
        assertThat(encoded("{}", JSON)).isEqualTo("\"{}\"");
    }

    @Test
    void refusesWhatTheStreamCannotHold() {
        for (Object message : List.of(new byte[1], ByteBuffer.allocate(1), RawJson.of("1,2"), RawJson.of(""))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoded(message, JSON))
                    .withMessageContaining(STREAM.toString());
        }
        for (Object message : List.of("", new byte[0], List.of(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoded(message, "text/plain"))
                    .withMessageContaining(STREAM.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void refusesSourcesOfMessages(Object source) {
        for (String contentType : List.of(JSON, "text/plain", "application/octet-stream")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoded(source, contentType))
                    .withMessageContaining(STREAM.toString())
                    .withMessageContaining("a source of messages");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.snapshot(source, STREAM));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encodeBody(source, JSON, STREAM));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encodeBody(source, "text/plain", STREAM));
    }

    static Stream<Object> sources() {
        return Stream.of(
                Mono.just(1),
                Flux.just(1),
                CompletableFuture.completedFuture(1),
                new FutureTask<>(() -> 1),
                new SubmissionPublisher<Integer>(),
                Stream.of(1),
                IntStream.of(1),
                new ByteArrayInputStream(new byte[1]),
                new StringReader("1"));
    }

    record Holder(Flux<Integer> items) {}

    static Stream<Object> messagesWithSources() {
        return Stream.concat(
                sources()
                        .filter(source -> !(source instanceof BaseStream))
                        .flatMap(source -> Stream.of(
                                List.of(source),
                                Map.of("a", source),
                                List.of(1, new Object[] {source}),
                                Optional.of(source),
                                List.of(Map.of("a", List.of(source))))),
                Stream.of(new Holder(Flux.just(1))));
    }

    @ParameterizedTest
    @MethodSource("messagesWithSources")
    void refusesSourcesWithinMessages(Object message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoded(message, JSON))
                .withMessageContaining(STREAM.toString())
                .withMessageContaining("a source of later content");
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.snapshot(message, STREAM));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.encodeBody(message, JSON, STREAM));
        assertThat(encoded(2, JSON)).isEqualTo("2");
    }

    @Test
    void writesSourcesForWhichThereIsASerializer() {
        SimpleModule monos = new SimpleModule();
        monos.addSerializer(new StdSerializer<Mono<?>>(Mono.class) {
            @Override
            public void serialize(Mono<?> mono, JsonGenerator generator, SerializationContext context) {
                generator.writePOJO(mono.block(PATIENCE));
            }
        });
        JsonMapper mapper = JsonMapper.builder().addModule(monos).build();

        byte[] bytes = new MessageEncoder(mapper).encode(List.of(Mono.just(1)), JSON, STREAM);

        assertThat(bytes).asString().isEqualTo("[1]");
        assertThat(encoded(Map.of("a", Stream.of(1, 2)), JSON)).isEqualTo("{\"a\":[1,2]}");
    }

    @Test
    void leavesTheMapperOfTheApplicationAsItIs() {
        JsonMapper mapper = JsonMapper.builder().build();
        List<Object> message = List.of(Mono.just(1));
        String before = mapper.writeValueAsString(message);
        MessageEncoder strict = new MessageEncoder(mapper);

        assertThatIllegalArgumentException().isThrownBy(() -> strict.encode(message, JSON, STREAM));
        assertThat(mapper.writeValueAsString(message)).isEqualTo(before);
    }

    @Test
    void whatTheTargetThrowsIsTheCallers() {
        IllegalArgumentException thrown = new IllegalArgumentException("thrown by the test");

        for (Object message : List.of(1, RawJson.of("1"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.encode(message, JSON, STREAM, (bytes, length) -> {
                        throw thrown;
                    }))
                    .isSameAs(thrown);
        }
        assertThat(encoded(2, JSON)).isEqualTo("2");
    }
}
