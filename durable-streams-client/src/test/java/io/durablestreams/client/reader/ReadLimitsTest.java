package io.durablestreams.client.reader;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.RawJson;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.head;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Messages beyond the limits of the parser: raw reads deliver them, typed reads say which limit to raise. */
@Tag("sockets")
class ReadLimitsTest {

    @RegisterExtension
    static final RunningServer running = new RunningServer();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder().build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    /** Messages that the library and its server store. */
    static Stream<String> storable() {
        return Stream.of(
                "1".repeat(1001),
                "-1." + "2".repeat(5000) + "e-7",
                "{\"" + "n".repeat(60_000) + "\":1}",
                "\"" + "s".repeat(200_000) + "\"",
                nested(500));
    }

    @ParameterizedTest
    @MethodSource("storable")
    void rawReadsDeliverAllThatIsStored(String message) {
        DurableStream stream = running.newStream(StreamSpec.json());
        stream.append(RawJson.of(message)).block(PATIENCE);
        stream.closeStream().block(PATIENCE);

        assertDeliveredRaw(stream, message);
    }

    private static void assertDeliveredRaw(DurableStream stream, String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        assertThat(stream.reader(RawJson.class).collect().block(PATIENCE)).containsExactly(RawJson.of(message));
        assertThat(stream.reader(byte[].class).collect().block(PATIENCE)).containsExactly(bytes);
        assertThat(stream.reader(JsonNode.class).text().block(PATIENCE)).isEqualTo("[" + message + "]");
        assertThat(stream.reader(JsonNode.class).body().block(PATIENCE)).hasSize(bytes.length + 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {501, 20_000})
    void rawReadsDeliverWhatOtherServersStore(int levels) {
        server.thenAlways(4, request -> caughtUp("b", "[" + nested(levels) + "]"));

        assertDeliveredRaw(client.stream(server.url()), nested(levels));
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "LONG_POLL"})
    void soDoLiveReads(LiveMode mode) {
        String body = "[" + nested(501) + "," + "1".repeat(1001) + "]";
        server.thenSend(caughtUp("a", "[]"))
                .thenSend(
                        mode == LiveMode.SSE
                                ? SSE + event("data", body) + closed("b")
                                : caughtUp("b", body).replace("Stream-Up-To-Date: true", "Stream-Closed: true"));

        assertThat(client.stream(server.url())
                        .reader(RawJson.class)
                        .live(mode)
                        .items()
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(RawJson.of(nested(501)), RawJson.of("1".repeat(1001)));
    }

    @Test
    void rawReadsStillRefuseMessagesThatAreNotJson() {
        for (String malformed : List.of("[01]", "[tru]", "[{\"a\":}]", "[\"\\x\"]")) {
            server.thenSend(caughtUp("b", malformed));

            assertThatThrownBy(() -> client.stream(server.url())
                            .reader(RawJson.class)
                            .collect()
                            .block(PATIENCE))
                    .as(malformed)
                    .isInstanceOf(StreamProtocolException.class);
        }
    }

    static Stream<String> beyondTheLimits() {
        return Stream.of("1".repeat(1001), "{\"" + "n".repeat(60_000) + "\":1}", nested(501));
    }

    @ParameterizedTest
    @MethodSource("beyondTheLimits")
    void typedReadsSayWhichLimitToRaise(String message) {
        server.thenSend(caughtUp("b", "[" + message + "]"));

        assertThatThrownBy(() -> client.stream(server.url())
                        .reader(JsonNode.class)
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("StreamReadConstraints.getMax")
                .hasMessageContaining("RawJson");
    }

    record Amount(int cents) {}

    @ParameterizedTest
    @ValueSource(strings = {"99999999999", "-2147483649", "1e400"})
    void aNumberOutOfRangeIsNoItem(String number) {
        server.thenSend(caughtUp("b", "[" + number + "]")).thenSend(caughtUp("b", "[{\"cents\":" + number + "}]"));
        DurableStream stream = client.stream(server.url());

        assertThatThrownBy(() -> stream.reader(Integer.class).collect().block(PATIENCE))
                .isInstanceOf(StreamContentException.class);
        assertThatThrownBy(() -> stream.reader(Amount.class).collect().block(PATIENCE))
                .isInstanceOf(StreamContentException.class);
    }

    @ParameterizedTest
    @ValueSource(classes = {Integer.class, RawJson.class})
    void aByteOrderMarkIsSkipped(Class<?> type) {
        byte[] body = "\ufeff[1,2]".getBytes(StandardCharsets.UTF_8);
        server.then(connection -> {
            connection.readRequest();
            connection.write(head("b", "Stream-Up-To-Date: true") + "Content-Length: " + body.length + "\r\n\r\n");
            connection.writeSlowly(body);
        });

        assertThat(client.stream(server.url()).reader(type).collect().block(PATIENCE))
                .extracting(Object::toString)
                .containsExactly("1", "2");
    }
}
