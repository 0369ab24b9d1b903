package io.durablestreams.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.handler.ServerSettings;

import static io.durablestreams.conformance.AdapterProcess.result;
import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The TypeScript client and ours on our server: each reads what the other has written. */
@Tag("sockets")
class TypeScriptClientIT {

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT.withLinger(Duration.ofMillis(1));

    private static final DurableStreamServer server = DurableStreamServer.builder()
            .port(0)
            .settings(ServerSettings.DEFAULT.withLongPollTimeout(Duration.ofMillis(500)))
            .build();

    private static DurableStreamClient client;

    @BeforeAll
    static void start() {
        client = DurableStreamClient.create(server.start().block(PATIENCE).toString());
    }

    @AfterAll
    static void stop() {
        client.dispose();
        server.stop().block(PATIENCE);
    }

    private static DurableStream newStream(Content content) {
        DurableStream stream = client.stream("typescript/" + UUID.randomUUID());
        stream.create(content.spec()).block(PATIENCE);
        return stream;
    }

    static Stream<Arguments> contentAndModes() {
        return Stream.of(Content.values())
                .flatMap(content -> Stream.of(LiveMode.values()).map(mode -> Arguments.of(content, mode)));
    }

    private static String typeScriptName(LiveMode mode) {
        return switch (mode) {
            case OFF -> "false";
            case AUTO -> "true";
            case LONG_POLL -> "long-poll";
            case SSE -> "sse";
        };
    }

    @ParameterizedTest
    @MethodSource("contentAndModes")
    void itReadsWhatWeHaveWritten(Content content, LiveMode mode) {
        List<Message> messages = Message.numbered(0, 60);
        DurableStream stream = newStream(content);
        // Half of it is history; the other half comes while a live reader is there.
        write(stream, content, messages.subList(0, 30)).block(PATIENCE);
        Mono<?> rest = write(stream, content, messages.subList(30, 60)).then(stream.closeStream());
        if (mode == LiveMode.OFF) {
            rest.block(PATIENCE);
        }

        JsonNode read = Mono.zip(
                        TypeScriptClient.read(stream.url(), content, typeScriptName(mode), "-1"),
                        mode == LiveMode.OFF
                                ? Mono.just(true)
                                : Mono.delay(Duration.ofMillis(700)).then(rest))
                .block(PATIENCE)
                .getT1();

        assertThat(read.get("content")).isEqualTo(content.contentOf(messages));
        assertThat(read.get("offset").stringValue()).isEqualTo(Wire.tail(stream.url()));
        assertThat(read.get("streamClosed").booleanValue()).isTrue();
    }

    private static Mono<Void> write(DurableStream stream, Content content, List<Message> messages) {
        return Flux.fromIterable(messages)
                .concatMap(message -> stream.append(content.of(message)))
                .then();
    }

    @ParameterizedTest
    @MethodSource("contentAndModes")
    void weReadWhatItHasWritten(Content content, LiveMode mode) {
        List<Message> messages = Message.numbered(0, 60);
        DurableStream stream = newStream(content);
        Mono<JsonNode> writing = TypeScriptClient.write(stream.url(), content, messages);
        if (mode == LiveMode.OFF) {
            writing.block(PATIENCE);
        }

        JsonNode read = Mono.zip(
                        content.read(stream, mode, Offset.BEGINNING), mode == LiveMode.OFF ? Mono.just(true) : writing)
                .block(PATIENCE)
                .getT1();

        assertThat(read).isEqualTo(content.contentOf(messages));
    }

    @ParameterizedTest
    @EnumSource
    void eachGoesOnWhereTheOtherStopped(Content content) {
        List<Message> messages = Message.numbered(0, 30);
        DurableStream stream = newStream(content);
        write(stream, content, messages.subList(0, 10)).block(PATIENCE);
        String offset = TypeScriptClient.read(stream.url(), content, "false", "-1")
                .block(PATIENCE)
                .get("offset")
                .stringValue();
        write(stream, content, messages.subList(10, 20)).block(PATIENCE);

        assertThat(content.read(stream, LiveMode.OFF, Offset.of(offset)).block(PATIENCE))
                .isEqualTo(content.contentOf(messages.subList(10, 20)));

        String tail = Wire.tail(stream.url());
        write(stream, content, messages.subList(20, 30)).block(PATIENCE);
        assertThat(TypeScriptClient.read(stream.url(), content, "false", tail)
                        .block(PATIENCE)
                        .get("content"))
                .isEqualTo(content.contentOf(messages.subList(20, 30)));
    }

    @ParameterizedTest
    @EnumSource
    void producersOfBothFenceEachOther(Content content) {
        List<Message> messages = Message.numbered(0, 500);
        DurableStream stream = newStream(content);
        URI url = stream.url();
        IdempotentProducer first = stream.producer("p", SETTINGS);
        send(first, content, messages.subList(0, 100)).block(PATIENCE);

        JsonNode second = TypeScriptClient.produce(url, content, messages.subList(100, 200), "p", 1, false)
                .block(PATIENCE);
        assertThatThrownBy(() -> first.send(content.of(messages.get(0))).block(PATIENCE))
                .isInstanceOfSatisfying(
                        ProducerFencedException.class,
                        fenced -> assertThat(fenced.currentEpoch()).isEqualTo(1));

        IdempotentProducer third = stream.producer("p", SETTINGS.withAutoClaim(true));
        send(third, content, messages.subList(200, 300)).block(PATIENCE);
        JsonNode fenced = TypeScriptClient.produce(url, content, messages.subList(0, 5), "p", 1, false)
                .block(PATIENCE);

        JsonNode fourth = TypeScriptClient.produce(url, content, messages.subList(300, 400), "p", 0, true)
                .block(PATIENCE);
        send(third, content, messages.subList(400, 500)).block(PATIENCE);

        assertThat(second).isEqualTo(result("{'epoch':1}"));
        assertThat(fenced).isEqualTo(result("{'fencedBy':2}"));
        assertThat(fourth).isEqualTo(result("{'epoch':3}"));
        assertThat(content.read(stream, LiveMode.OFF, Offset.BEGINNING).block(PATIENCE))
                .isEqualTo(content.contentOf(messages));
    }

    private static Mono<Void> send(IdempotentProducer producer, Content content, List<Message> messages) {
        messages.forEach(message -> producer.append(content.of(message)));
        return producer.flush();
    }

    @Test
    void producersOfBothWriteToOneStreamAtTheSameTime() {
        DurableStream stream = newStream(Content.json);
        List<Message> ours = Message.numbered(0, 1000);
        List<Message> theirs = Message.numbered(1000, 2000);
        IdempotentProducer producer = stream.producer("ours", SETTINGS.withMaxBatchItems(7));

        TypeScriptClient.produce(stream.url(), Content.json, theirs, "theirs", 0, false)
                .and(send(producer, Content.json, ours))
                .block(PATIENCE);

        List<Message> all = stream.reader(Message.class).collect().block(PATIENCE);
        assertThat(all).hasSize(2000);
        assertThat(all.stream().filter(message -> message.number() < 1000)).isEqualTo(ours);
        assertThat(all.stream().filter(message -> message.number() >= 1000)).isEqualTo(theirs);
    }
}
