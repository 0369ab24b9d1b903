package io.durablestreams.client.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.RawAnswers;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Headers and query parameters are asked for on every attempt of every operation. */
class RequestValuesTest {

    /** An operation whose first attempt fails in a way that it may repeat. */
    enum Operation {
        CREATE(stream -> stream.create(StreamSpec.json())),
        HEAD(DurableStream::head),
        APPEND(stream -> stream.append(1)),
        CLOSE(DurableStream::closeStream),
        CLOSE_WITH_A_MESSAGE(stream -> stream.closeStream(1)),
        DELETE(DurableStream::delete),
        PRODUCE(stream -> stream.producer("p").send(1)),
        CATCH_UP(stream -> stream.reader(Integer.class).batches()),
        ACCUMULATE(stream -> stream.reader(Integer.class).text()),
        LONG_POLL(
                stream -> stream.reader(Integer.class).live(LiveMode.LONG_POLL).batches()),
        EVENTS(stream -> stream.reader(Integer.class).live(LiveMode.SSE).batches());

        private final Function<DurableStream, Publisher<?>> use;

        Operation(Function<DurableStream, Publisher<?>> use) {
            this.use = use;
        }
    }

    /** Answers every other request, beginning with the first, that it is busy, and the rest as a stream server. */
    private static final class BusyServer implements StreamTransport {

        private final List<Request> requests = new CopyOnWriteArrayList<>();

        @Override
        public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
            return Flux.defer(() -> {
                requests.add(request);
                HttpHeaders headers = new HttpHeaders();
                if (requests.size() % 2 == 1) {
                    headers.set(HttpHeaders.RETRY_AFTER, "0");
                    return handler.apply(new Answer(503, headers, Flux.empty()));
                }
                boolean live = request.live();
                headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
                headers.set("Stream-Next-Offset", "a");
                headers.set("Stream-Up-To-Date", "true");
                headers.set("Producer-Epoch", "0");
                headers.set("Producer-Seq", "0");
                if (live || request.headers().containsHeader("Stream-Closed")) {
                    headers.set("Stream-Closed", "true");
                }
                return handler.apply(live ? end(request, headers) : new Answer(200, headers, body("[]")));
            });
        }

        private static Answer end(Request request, HttpHeaders headers) {
            if (!request.url().getQuery().contains("live=sse")) {
                return new Answer(204, headers, Flux.empty());
            }
            headers.set(HttpHeaders.CONTENT_TYPE, "text/event-stream");
            return new Answer(200, headers, body(RawAnswers.closed("a")));
        }
    }

    private static Flux<DataBuffer> body(String text) {
        return Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @EnumSource
    void everyAttemptAsksAnew(Operation operation) {
        BusyServer server = new BusyServer();
        AtomicInteger supplied = new AtomicInteger();
        AtomicInteger subscribed = new AtomicInteger();
        DurableStream stream = TestClients.over(server)
                .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT))
                .readerSettings(ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT))
                .producerSettings(ProducerSettings.DEFAULT.withBackoff(Backoffs.SHORT))
                .header("X-Fixed", "fixed")
                .header("X-Supplied", () -> "header " + supplied.incrementAndGet())
                .header("X-Absent", Mono.empty())
                .parameter("p", Mono.fromSupplier(() -> "parameter " + subscribed.incrementAndGet()))
                .build()
                .stream("http://busy/stream")
                .withContentType("application/json");

        Flux.from(operation.use.apply(stream)).blockLast(PATIENCE);

        List<String> headers = new ArrayList<>();
        List<String> parameters = new ArrayList<>();
        server.requests.forEach(request -> {
            assertThat(request.headers().getFirst("X-Fixed")).isEqualTo("fixed");
            assertThat(request.headers().containsHeader("X-Absent")).isFalse();
            headers.add(request.headers().getFirst("X-Supplied"));
            parameters.add(request.url().getQuery().replaceAll(".*p=(parameter \\d+).*", "$1"));
        });
        assertThat(headers).hasSizeGreaterThan(1);
        for (int i = 0; i < headers.size(); i++) {
            assertThat(headers.get(i)).isEqualTo("header " + (i + 1));
            assertThat(parameters.get(i)).isEqualTo("parameter " + (i + 1));
        }
    }

    @Test
    void namesMayBeKnownOnlyWhenARequestIsMade() {
        BusyServer server = new BusyServer();
        AtomicInteger attempts = new AtomicInteger();
        DurableStream stream = TestClients.over(server)
                .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT))
                .header("X-Both", "one")
                .parameter("both", "one")
                .headers(Mono.deferContextual(context ->
                        Mono.just(Map.of("X-" + attempts.incrementAndGet(), context.get("user"), "x-both", "of all"))))
                .headers(Mono.empty())
                .parameters(Mono.fromSupplier(() -> Map.of("p " + attempts, "a&b", "both", "of all")))
                .header("X-Later", "later")
                .build()
                .stream("http://busy/stream");

        stream.head().contextWrite(Context.of("user", "somebody")).block(PATIENCE);

        assertThat(server.requests).hasSize(2).allSatisfy(request -> {
            assertThat(request.headers().get("X-Both")).containsExactly("of all");
            assertThat(request.headers().getFirst("X-Later")).isEqualTo("later");
        });
        assertThat(server.requests.get(0).headers().getFirst("X-1")).isEqualTo("somebody");
        assertThat(server.requests.get(1).headers().getFirst("X-2")).isEqualTo("somebody");
        assertThat(server.requests)
                .map(request -> request.url().getRawQuery())
                .containsExactly("both=of%20all&p%201=a%26b", "both=of%20all&p%202=a%26b");
    }

    @Test
    void namesThatCannotBeSentAreRefused() {
        assertThatThrownBy(() -> head(TestClients.over(new BusyServer()).headers(Mono.just(Map.of("a b", "x")))))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("'a b'");
        assertThatThrownBy(() -> head(TestClients.over(new BusyServer()).headers(Mono.just(Map.of("X", "secret\n")))))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("'X'")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> head(TestClients.over(new BusyServer()).parameters(Mono.just(Map.of(" ", "x")))))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("query parameter");
        assertThatThrownBy(() -> head(TestClients.over(new BusyServer())
                        .requestSettings(RequestSettings.DEFAULT.withMaxRetries(0))
                        .headers(Mono.error(new IllegalStateException("no context")))))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("the headers could not be obtained")
                .hasMessageContaining("no context");
    }

    @Test
    void valuesThatAreMissingAreRefusedByName() {
        Map<String, String> values = new HashMap<>();
        values.put("x-missing", null);

        assertThatThrownBy(() -> head(TestClients.over(new BusyServer()).headers(Mono.just(values))))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("header 'x-missing'");
        assertThatThrownBy(() -> head(TestClients.over(new BusyServer()).parameters(Mono.just(values))))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("query parameter 'x-missing'");
    }

    private static void head(DurableStreamClient.Builder builder) {
        builder.build().stream("http://busy/stream").head().block(PATIENCE);
    }
}
