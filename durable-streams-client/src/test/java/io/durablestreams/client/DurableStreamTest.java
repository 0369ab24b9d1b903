package io.durablestreams.client;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

import io.durablestreams.client.error.InvalidOffsetException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.StreamSeqConflictException;
import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.fixture.FaultyTransport;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamMetadata;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Single requests and whole reads over a real socket. */
class DurableStreamTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    record Order(int id, String item) {}

    @Test
    void createsOnceAndConfirmsAfterwards() {
        DurableStream stream = server.client().stream("created/once");
        StreamSpec spec = StreamSpec.json().withTtl(Duration.ofHours(1));

        CreateResult first = stream.create(spec).block(PATIENCE);
        CreateResult second = stream.create(spec).block(PATIENCE);

        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.metadata().nextOffset()).isEqualTo(first.metadata().nextOffset());
        assertThatThrownBy(() -> stream.create(StreamSpec.text()).block(PATIENCE))
                .isInstanceOf(StreamConflictException.class)
                .hasMessageContaining("/created/once");
    }

    @Test
    void tellsTheMetadata() {
        DurableStream stream =
                server.newStream(StreamSpec.of("text/plain; charset=utf-8").withTtl(Duration.ofHours(2)));
        Offset tail = stream.append("hello").block(PATIENCE).nextOffset();
        stream.closeStream().block(PATIENCE);

        StreamMetadata metadata = stream.head().block(PATIENCE);

        assertThat(metadata)
                .isEqualTo(new StreamMetadata("text/plain; charset=utf-8", tail, true, Duration.ofHours(2), null));
    }

    @Test
    void readsBackWhatWasAppendedAsObjects() {
        DurableStream stream = server.newStream(StreamSpec.json().withBody(new Order(1, "book")));
        stream.append(new Order(2, "pen")).block(PATIENCE);
        stream.append(RawJson.of("{\"id\": 3, \"item\": \"ink\"}")).block(PATIENCE);

        List<Order> orders = stream.reader(Order.class).collect().block(PATIENCE);

        assertThat(orders).containsExactly(new Order(1, "book"), new Order(2, "pen"), new Order(3, "ink"));
    }

    @Test
    void readsJsonAsGenericsTreesAndRawMessages() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(List.of(Map.of("a", 1))).block(PATIENCE);
        stream.append(RawJson.of("12345678901234567890")).block(PATIENCE);

        List<JsonNode> trees = stream.reader(JsonNode.class).collect().block(PATIENCE);
        List<RawJson> raw = stream.reader(RawJson.class).collect().block(PATIENCE);
        List<byte[]> bytes = stream.reader(byte[].class).collect().block(PATIENCE);
        Batch<List<Map<String, Integer>>> firstPage = stream.reader(
                        new ParameterizedTypeReference<List<Map<String, Integer>>>() {})
                .batches()
                .onErrorComplete()
                .blockFirst(PATIENCE);

        assertThat(trees).extracting(JsonNode::toString).containsExactly("[{\"a\":1}]", "12345678901234567890");
        assertThat(raw).containsExactly(RawJson.of("[{\"a\":1}]"), RawJson.of("12345678901234567890"));
        assertThat(bytes)
                .extracting(b -> new String(b, StandardCharsets.UTF_8))
                .containsExactly("[{\"a\":1}]", "12345678901234567890");
        assertThat(firstPage.items()).containsExactly(List.of(Map.of("a", 1)));
        assertThat(firstPage.nextOffset()).isEqualTo(Offset.BEGINNING);
        assertThat(stream.reader(JsonNode.class).text().block(PATIENCE))
                .isEqualTo("[[{\"a\":1}],12345678901234567890]");
    }

    @Test
    void readsJsonAsGenericsToTheirLastParameter() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(Map.of("first", List.of(new Order(1, "book")))).block(PATIENCE);

        Map<String, List<Order>> orders = stream.reader(new ParameterizedTypeReference<Map<String, List<Order>>>() {})
                .items()
                .single()
                .block(PATIENCE);

        assertThat(orders.get("first")).containsExactly(new Order(1, "book"));
    }

    @Test
    void readsBytesAndText() {
        DurableStream binary = server.newStream(StreamSpec.binary());
        binary.append(new byte[] {0, 1, (byte) 0xff}).block(PATIENCE);
        binary.append(new byte[] {2}).block(PATIENCE);
        DurableStream text = server.newStream(StreamSpec.text());
        text.append("grüße ").block(PATIENCE);
        text.append("\uD83D\uDE00").block(PATIENCE);

        assertThat(binary.reader(byte[].class).body().block(PATIENCE)).containsExactly(0, 1, 0xff, 2);
        assertThat(text.reader(String.class).text().block(PATIENCE)).isEqualTo("grüße \uD83D\uDE00");
        assertThat(String.join("", text.reader(String.class).collect().block(PATIENCE)))
                .isEqualTo("grüße \uD83D\uDE00");
    }

    @Test
    void anEmptyStreamAndNowTellWhereTheyStand() {
        DurableStream stream = server.newStream(StreamSpec.json());
        Batch<Order> empty = stream.reader(Order.class)
                .batches()
                .collectList()
                .block(PATIENCE)
                .get(0);
        Offset tail = stream.append(new Order(1, "book")).block(PATIENCE).nextOffset();
        Batch<Order> now =
                stream.reader(Order.class).from(Offset.NOW).batches().single().block(PATIENCE);

        assertThat(empty.items()).isEmpty();
        assertThat(empty.upToDate()).isTrue();
        assertThat(now).isEqualTo(new Batch<>(List.of(), tail, true, false));
        assertThat(stream.reader(Order.class).from(empty.nextOffset()).collect().block(PATIENCE))
                .containsExactly(new Order(1, "book"));
    }

    @Test
    void followsLiveInEveryMode() {
        for (LiveMode mode : List.of(LiveMode.SSE, LiveMode.LONG_POLL, LiveMode.AUTO)) {
            DurableStream stream = server.newStream(StreamSpec.json());
            stream.append(new Order(1, "before")).block(PATIENCE);

            StepVerifier.create(stream.reader(Order.class).live(mode).items())
                    .expectNext(new Order(1, "before"))
                    .then(() -> stream.append(new Order(2, "while")).block(PATIENCE))
                    .expectNext(new Order(2, "while"))
                    .then(() -> stream.closeStream(new Order(3, "last")).block(PATIENCE))
                    .expectNext(new Order(3, "last"))
                    .expectComplete()
                    .verify(PATIENCE);
        }
    }

    @Test
    void followsBinaryAndTextLive() {
        DurableStream binary = server.newStream(StreamSpec.binary());
        StepVerifier.create(binary.reader(byte[].class).live(LiveMode.SSE).items())
                .then(() -> binary.append(new byte[] {1, 2}).block(PATIENCE))
                .assertNext(bytes -> assertThat(bytes).containsExactly(1, 2))
                .then(() -> binary.closeStream().block(PATIENCE))
                .expectComplete()
                .verify(PATIENCE);
        DurableStream text = server.newStream(StreamSpec.text());
        StepVerifier.create(text.reader(String.class).live(LiveMode.AUTO).items())
                .then(() -> text.append(" leading space\r\n").block(PATIENCE))
                .expectNext(" leading space\r\n")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        DurableStream missing = server.client().stream("not/there");
        DurableStream json = server.newStream(StreamSpec.json());
        json.append(new Order(1, "book")).block(PATIENCE);

        assertThatThrownBy(() -> missing.head().block(PATIENCE))
                .isInstanceOf(StreamNotFoundException.class)
                .hasMessageContaining(missing.url().toString());
        for (LiveMode mode : LiveMode.values()) {
            assertThatThrownBy(
                            () -> missing.reader(Order.class).live(mode).items().blockFirst(PATIENCE))
                    .isInstanceOf(StreamNotFoundException.class)
                    .hasMessageContaining(missing.url().toString());
        }
        assertThatThrownBy(() -> missing.append(new Order(1, "x")).block(PATIENCE))
                .isInstanceOf(StreamNotFoundException.class);
        assertThatThrownBy(() -> json.reader(Order.class)
                        .from(Offset.of("no,offset"))
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(InvalidOffsetException.class)
                .hasMessageContaining("no,offset")
                .hasMessageContaining(json.url().toString());
        assertThatThrownBy(() -> json.withContentType("text/plain").append("x").block(PATIENCE))
                .isInstanceOf(StreamConflictException.class)
                .hasMessageContaining(json.url().toString());
        assertThatThrownBy(() -> json.reader(Integer.class).collect().block(PATIENCE))
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining(json.url().toString());
        assertThatThrownBy(() -> server.newStream(StreamSpec.binary())
                        .reader(Order.class)
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("BINARY");
    }

    @Test
    void refusesMessagesThatTheStreamCannotHold() {
        DurableStream json = server.newStream(StreamSpec.json());
        DurableStream text = server.newStream(StreamSpec.text());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.append(RawJson.of("{\"a\":1},{\"b\":2}")).block(PATIENCE))
                .withMessageContaining("exactly one JSON value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.append(new byte[] {1}).block(PATIENCE))
                .withMessageContaining("RawJson");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text.append(new Order(1, "x")).block(PATIENCE))
                .withMessageContaining("text/plain");
    }

    @Test
    void anEmptyMessageIsRefusedByTheServer() {
        DurableStream text = server.newStream(StreamSpec.text());

        assertThatThrownBy(() -> text.append("").block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("status 400");
    }

    @Test
    void aClosedStreamRefusesAppendsWithItsFinalOffset() {
        DurableStream stream = server.newStream(StreamSpec.json());
        Offset end = stream.closeStream(new Order(1, "last")).block(PATIENCE);

        assertThat(stream.closeStream().block(PATIENCE)).isEqualTo(end);
        assertThatThrownBy(() -> stream.append(new Order(2, "late")).block(PATIENCE))
                .isInstanceOfSatisfying(
                        StreamClosedException.class,
                        closed -> assertThat(closed.finalOffset()).isEqualTo(end));
    }

    @Test
    void ordersAppendsByStreamSeq() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(1, "0002").block(PATIENCE);

        assertThatThrownBy(() -> stream.append(2, "0001").block(PATIENCE))
                .isInstanceOf(StreamSeqConflictException.class);
    }

    @Test
    void deletesAndThenFindsNothing() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.delete().block(PATIENCE);

        assertThatThrownBy(() -> stream.delete().block(PATIENCE)).isInstanceOf(StreamNotFoundException.class);
    }

    @Test
    void resolvesPathsBelowTheBaseUrl() {
        DurableStreamClient client = DurableStreamClient.create("http://localhost:1/v1/stream");

        assertThat(client.stream("a/b c/ü").url()).isEqualTo(URI.create("http://localhost:1/v1/stream/a/b%20c/%C3%BC"));
        assertThat(client.stream("/a").url()).isEqualTo(URI.create("http://localhost:1/v1/stream/a"));
        assertThat(DurableStreamClient.create("http://localhost:1/my%20s/").stream("a{b}")
                        .url())
                .isEqualTo(URI.create("http://localhost:1/my%20s/a%7Bb%7D"));
        for (String path : List.of("", "/", "a//b", "../x", "a/./b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.stream(path))
                    .withMessageContaining("'" + path + "'");
        }
        assertThat(client.stream("http://other/x").url()).isEqualTo(URI.create("http://other/x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.stream("a?b=c"))
                .withMessageContaining("a?b=c");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurableStreamClient.create("localhost:4437"))
                .withMessageContaining("localhost:4437");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurableStreamClient.builder().build().stream("a"))
                .withMessageContaining("base URL");
    }

    @Test
    void sendsFixedAndSuppliedValuesOnEveryRequest() {
        AtomicInteger requests = new AtomicInteger();
        List<ClientRequest> seen = new CopyOnWriteArrayList<>();
        WebClient recording = WebClient.builder()
                .filter((request, next) -> {
                    seen.add(request);
                    return next.exchange(request);
                })
                .build();
        DurableStreamClient client = server.client()
                .mutate()
                .webClient(recording)
                .header("X-Tenant", "acme")
                .header("X-Request", () -> "r" + requests.incrementAndGet())
                .parameter("z", Mono.just("a b&c"))
                .build();
        DurableStream stream = client.stream("values/" + UUID.randomUUID());

        stream.create(StreamSpec.json()).block(PATIENCE);
        stream.producer("p").send("x").block(PATIENCE);
        stream.reader(String.class).collect().block(PATIENCE);

        assertThat(seen).hasSize(3).allSatisfy(request -> {
            assertThat(request.headers().getFirst("X-Tenant")).isEqualTo("acme");
            assertThat(request.url().getRawQuery()).endsWith("z=a%20b%26c");
        });
        assertThat(seen)
                .extracting(request -> request.headers().getFirst("X-Request"))
                .containsExactly("r1", "r2", "r3");
        assertThat(seen.get(2).url().getRawQuery()).isEqualTo("offset=-1&z=a%20b%26c");
    }

    @Test
    void nullIsAMessageButNoObject() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.append(RawJson.of("null")).block(PATIENCE);

        assertThat(stream.reader(JsonNode.class).collect().block(PATIENCE))
                .singleElement()
                .matches(JsonNode::isNull);
        assertThat(stream.reader(RawJson.class).collect().block(PATIENCE)).containsExactly(RawJson.of("null"));
        assertThatThrownBy(() -> stream.reader(Order.class).collect().block(PATIENCE))
                .isInstanceOf(StreamContentException.class)
                .hasMessageContaining("Null value")
                .hasMessageContaining(stream.url().toString());
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsNoMessage() {
        DurableStream stream = server.newStream(StreamSpec.json());
        DurableStream unlearned = server.client().stream(stream.url());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.append((Object) null).block(PATIENCE))
                .withMessageContaining(stream.url().toString())
                .withMessageContaining("must not be null");
        for (DurableStream handle : List.of(stream, unlearned)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> handle.producer("p").append(null));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> handle.producer("p").send(null).block(PATIENCE));
        }
        assertThat(stream.reader(RawJson.class).collect().block(PATIENCE)).isEmpty();
    }

    @Test
    void asksForTheContentTypeOnceForAllWhoNeedIt() {
        DurableStream known = server.newStream(StreamSpec.json());
        AtomicInteger heads = new AtomicInteger();
        WebClient counting = WebClient.builder()
                .filter((request, next) -> {
                    heads.addAndGet(request.method() == HttpMethod.HEAD ? 1 : 0);
                    return next.exchange(request);
                })
                .build();
        DurableStream stream = server.client().mutate().webClient(counting).build().stream(known.url());

        Flux.range(0, 20).flatMap(stream::append, 20).blockLast(PATIENCE);

        assertThat(heads).hasValue(1);
        assertThat(stream.reader(Integer.class).collect().block(PATIENCE)).hasSize(20);
    }

    @Test
    void aVariantOfAClientReplacesItsHeaders() {
        List<String> sent = new CopyOnWriteArrayList<>();
        WebClient recording = WebClient.builder()
                .filter((request, next) -> {
                    sent.addAll(request.headers().getOrEmpty("Authorization"));
                    return next.exchange(request);
                })
                .build();
        DurableStreamClient one = server.client()
                .mutate()
                .webClient(recording)
                .header("authorization", "A")
                .build();

        one.mutate().header("Authorization", "B").build().stream("variant")
                .create(StreamSpec.json())
                .block(PATIENCE);

        assertThat(sent).containsExactly("B");
        assertThat(one.isDisposed()).isFalse();
        one.dispose();
        assertThat(one.isDisposed()).isTrue();
    }

    @Test
    void everyRequestPassesAFilterOnce() {
        List<String> seen = new CopyOnWriteArrayList<>();
        DurableStreamClient client = DurableStreamClient.builder()
                .webClients(webClient -> webClient.filter((request, next) -> {
                    seen.add("first " + request.method() + " " + request.url().getRawQuery());
                    return next.exchange(request);
                }))
                .build();
        DurableStream stream = client
                .mutate()
                .webClients(webClient -> webClient.filter((request, next) -> {
                    seen.add("second");
                    return next.exchange(request);
                }))
                .build()
                .stream(server.client().stream("filtered").url());

        stream.create(StreamSpec.json()).block(PATIENCE);
        stream.reader(String.class)
                .live(LiveMode.SSE)
                .batches()
                .map(Batch::nextOffset)
                .take(1)
                .concatWith(stream.closeStream())
                .blockLast(PATIENCE);
        client.dispose();

        assertThat(seen)
                .containsExactly(
                        "first PUT null", "second", "first GET offset=-1", "second", "first POST null", "second");
    }

    @Test
    void aDeletionWhoseAnswerWasLostHasSucceeded() {
        DurableStream stream = server.newStream(StreamSpec.json());
        FaultyTransport http = new FaultyTransport(request -> FaultyTransport.Fault.NONE);
        AtomicInteger attempts = new AtomicInteger();
        StreamTransport losing = new StreamTransport() {
            @Override
            public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                Flux<T> exchange = http.exchange(request, handler);
                return attempts.incrementAndGet() > 1
                        ? exchange
                        : exchange.thenMany(Flux.error(NoAnswer.after(new IOException("lost"))));
            }
        };

        TestClients.over(losing).build().stream(stream.url()).delete().block(PATIENCE);

        assertThat(attempts).hasValue(2);
    }
}
