package io.durablestreams.conformance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import io.durablestreams.client.CreateResult;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.InvalidOffsetException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamMetadata;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Single requests, and what comes back of what was written. */
class StreamOperationsIT extends OnEachReferenceServer {

    @Test
    void createsAppendsClosesAndDeletes() {
        DurableStream stream =
                server.client().stream("operations/" + server.url().getPort());

        CreateResult created = stream.create(StreamSpec.json()).block(PATIENCE);
        CreateResult confirmed = stream.create(StreamSpec.json()).block(PATIENCE);
        Offset first = stream.append("one").block(PATIENCE).nextOffset();
        Offset end = stream.closeStream("two").block(PATIENCE);

        assertThat(created.created()).isTrue();
        assertThat(confirmed.created()).isFalse();
        assertThat(created.metadata().nextOffset().isBefore(first)).isTrue();
        assertThat(first.isBefore(end)).isTrue();
        assertThat(stream.head().block(PATIENCE))
                .isEqualTo(new StreamMetadata("application/json", end, true, null, null));
        assertThat(stream.closeStream().block(PATIENCE)).isEqualTo(end);
        assertThatThrownBy(() -> stream.append("three").block(PATIENCE))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isEqualTo(end));
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("one", "two");
        assertThat(stream.reader(String.class).from(first).collect().block(PATIENCE))
                .containsExactly("two");

        stream.delete().block(PATIENCE);
        assertThatThrownBy(() -> stream.head().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);
        assertThatThrownBy(() -> stream.delete().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void createsWithALifetime() {
        Instant tomorrow = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        DurableStream idle = server.newStream(StreamSpec.text().withTtl(Duration.ofHours(1)));
        DurableStream dated = server.newStream(StreamSpec.text().withExpiresAt(tomorrow));

        assertThat(idle.head().block(PATIENCE).ttl()).isEqualTo(Duration.ofHours(1));
        assertThat(dated.head().block(PATIENCE).expiresAt()).isEqualTo(tomorrow);
        assertThat(idle.create(StreamSpec.text().withTtl(Duration.ofHours(1)))
                        .block(PATIENCE)
                        .created())
                .isFalse();
        assertThatThrownBy(() -> idle.create(StreamSpec.text().withTtl(Duration.ofHours(2)))
                        .block(PATIENCE))
                .isInstanceOf(StreamConflictException.class)
                .hasMessageContaining(idle.url().toString());
    }

    @Test
    void createsClosedWithAllTheContentThereWillBe() {
        DurableStream stream =
                server.newStream(StreamSpec.json().withBody(Map.of("a", 1)).withClosed(true));

        assertThat(stream.head().block(PATIENCE).closed()).isTrue();
        Batch<JsonNode> only = stream.reader(JsonNode.class).batches().single().block(PATIENCE);
        assertThat(only.items()).extracting(JsonNode::toString).containsExactly("{\"a\":1}");
        assertThat(only.streamClosed()).isTrue();
    }

    @Test
    void keepsJsonMessagesOfEveryKindApart() {
        DurableStream stream = server.newStream(StreamSpec.json());
        List<String> messages = List.of(
                "[1,2]",
                "[]",
                "[[]]",
                "{}",
                "null",
                "true",
                "\"\"",
                "\"text, with [brackets] and \\\"quotes\\\"\"",
                "-1.5",
                "[[1],[2]]");

        messages.forEach(message -> stream.append(RawJson.of(message)).block(PATIENCE));
        IdempotentProducer producer = stream.producer("p");
        messages.forEach(message -> producer.append(RawJson.of(message)));
        producer.close().block(PATIENCE);

        List<JsonNode> nodes = stream.reader(JsonNode.class).collect().block(PATIENCE);
        assertThat(nodes).extracting(JsonNode::toString).containsExactlyElementsOf(twice(messages));
    }

    private static List<String> twice(List<String> messages) {
        return Stream.concat(messages.stream(), messages.stream()).toList();
    }

    @Test
    void keepsCharactersOfAllLengthsWhole() {
        String text = "a\u00fc\u20ac\uD83D\uDE00\u2028\u0085\r\n end";
        DurableStream json = server.newStream(StreamSpec.json());
        json.append(text).block(PATIENCE);
        DurableStream plain = server.newStream(StreamSpec.text());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte each : bytes) {
            plain.append(new byte[] {each}).block(PATIENCE);
        }

        assertThat(json.reader(String.class).collect().block(PATIENCE)).containsExactly(text);
        assertThat(plain.reader(String.class).text().block(PATIENCE)).isEqualTo(text);
        assertThat(String.join("", plain.reader(String.class).collect().block(PATIENCE)))
                .isEqualTo(text);
    }

    @Test
    void keepsBytesAsTheyAre() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        DurableStream stream = server.newStream(StreamSpec.binary());

        for (int from = 0; from < bytes.length; from += 30_000) {
            stream.append(Arrays.copyOfRange(bytes, from, Math.min(from + 30_000, bytes.length)))
                    .block(PATIENCE);
        }

        assertThat(stream.reader(byte[].class).body().block(PATIENCE)).isEqualTo(bytes);
    }

    @Test
    void carriesMessagesOfMegabytes() {
        String large = "\u00e4\"".repeat(700_000);
        DurableStream json = server.newStream(StreamSpec.json());
        json.append("small").block(PATIENCE);
        json.append(large).block(PATIENCE);
        IdempotentProducer producer = json.producer("p");
        List.of("middle", large, "last").forEach(producer::append);
        producer.close().block(PATIENCE);

        assertThat(json.reader(String.class).collect().block(PATIENCE))
                .containsExactly("small", large, "middle", large, "last");
    }

    @Test
    void ordersAppendsByStreamSeq() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(1, "0009").block(PATIENCE);
        stream.append(2, "0010").block(PATIENCE);

        assertThatThrownBy(() -> stream.append(3, "0010").block(PATIENCE)).isInstanceOf(StreamConflictException.class);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).containsExactly(1, 2);
    }

    @Test
    void startsFromNow() {
        DurableStream stream = server.newStream(StreamSpec.json());
        Offset tail = stream.append("history").block(PATIENCE).nextOffset();

        Batch<String> now =
                stream.reader(String.class).from(Offset.NOW).batches().single().block(PATIENCE);

        assertThat(now).isEqualTo(new Batch<>(List.of(), tail, true, false));
    }

    @Test
    void saysWhatIsWrong() {
        DurableStream missing = server.client().stream("not/there");
        DurableStream stream = server.newStream(StreamSpec.json());

        assertThatThrownBy(() -> missing.append("x").block(PATIENCE))
                .isInstanceOf(StreamNotFoundException.class)
                .hasMessageContaining(missing.url().toString());
        assertThatThrownBy(() -> missing.reader(String.class).collect().block(PATIENCE))
                .isInstanceOf(StreamNotFoundException.class)
                .hasMessageContaining(missing.url().toString());
        assertThatThrownBy(() -> stream.reader(String.class)
                        .from(Offset.of("nonsense"))
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(InvalidOffsetException.class)
                .hasMessageContaining("nonsense");
        assertThatThrownBy(
                        () -> stream.withContentType("text/plain").append("x").block(PATIENCE))
                .isInstanceOf(StreamConflictException.class);
        assertThatThrownBy(() -> stream.append(RawJson.of("{\"a\":tru}")).block(PATIENCE))
                .isInstanceOfAny(StreamRequestException.class, IllegalArgumentException.class);
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).isEmpty();
    }
}
