package io.durablestreams.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

import io.netty.buffer.PooledByteBufAllocator;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A transport that expects certain requests in a certain order and answers them as it was told, in virtual time. It
 * counts what is asked for, what is cancelled and what is not released.
 */
final class ScriptedTransport implements StreamTransport {

    static final URI URL = URI.create("http://scripted/stream");

    /** The wall clock, in which dates of Retry-After are counted. */
    static final Instant TODAY = Instant.parse("2026-06-01T12:00:00Z");

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    private final NettyDataBufferFactory buffers = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);
    private final List<NettyDataBuffer> handedOut = new ArrayList<>();
    private final Deque<Expectation> expectations = new ArrayDeque<>();
    private final List<String> surprises = new ArrayList<>();
    private int requests;
    private int cancelled;

    /** The client under test; what it draws at random is always 0.5, so that a delay is half of its bound. */
    DurableStreamClient client() {
        return builder().build();
    }

    DefaultDurableStreamClientBuilder builder() {
        return new DefaultDurableStreamClientBuilder()
                .transport(this)
                .timing(new Timing(Clock.fixed(TODAY, ZoneOffset.UTC), time, () -> 0.5));
    }

    <T> StreamReader<T> reader(Class<T> type) {
        return client().stream(URL).reader(type);
    }

    /** Subscribes and asks for everything. */
    static <T> TestSubscriber<T> subscribe(Publisher<T> publisher) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        publisher.subscribe(subscriber);
        return subscriber;
    }

    /** Subscribes and asks for nothing yet. */
    static <T> TestSubscriber<T> subscribeIdly(Publisher<T> publisher) {
        TestSubscriber<T> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        publisher.subscribe(subscriber);
        return subscriber;
    }

    /** Expects a GET with exactly this query as the next request. */
    Expectation expect(String query) {
        Expectation expectation = new Expectation(query);
        expectations.add(expectation);
        return expectation;
    }

    int requests() {
        return requests;
    }

    int cancelled() {
        return cancelled;
    }

    /** How many parts of bodies were asked for. */
    int partsTaken() {
        return handedOut.size();
    }

    void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Checks that all that was expected came, nothing else, and that every buffer was released. */
    void assertDone() {
        assertThat(surprises).as("unexpected requests").isEmpty();
        assertThat(expectations).as("requests that did not come").isEmpty();
        assertThat(handedOut)
                .as("buffers")
                .allSatisfy(
                        buffer -> assertThat(buffer.getNativeBuffer().refCnt()).isZero());
    }

    @Override
    public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
        return Flux.defer(() -> {
            requests++;
            Expectation expected = expectations.poll();
            if (expected == null || !expected.matches(request)) {
                surprises.add(request.url().getRawQuery() + " where " + expected + " was expected");
                return Flux.error(new StreamProtocolException(DurableStreamException.Failure.of(
                        StreamOperation.READ, request.url(), "nobody expected that")));
            }
            Reply reply = expected.reply;
            return reply.head == null
                    ? reply.body(this).thenMany(Flux.<T>empty()).doOnCancel(() -> cancelled++)
                    : Flux.from(handler.apply(new Answer(reply.head, reply.headers, reply.body(this))))
                            .doOnCancel(() -> cancelled++);
        });
    }

    private DataBuffer buffer(byte[] bytes) {
        NettyDataBuffer buffer = buffers.allocateBuffer(Math.max(1, bytes.length));
        buffer.write(bytes);
        handedOut.add(buffer);
        return buffer;
    }

    /** A request that is to come, and what it is answered with. */
    static final class Expectation {

        private final String query;
        private final HttpHeaders headers = new HttpHeaders();
        private Reply reply = new Reply(null);

        private Expectation(String query) {
            this.query = query;
        }

        Expectation with(String header, String value) {
            headers.set(header, value);
            return this;
        }

        void then(Reply reply) {
            this.reply = reply;
        }

        private boolean matches(Request request) {
            return request.url().toString().equals(URL + "?" + query)
                    && headers.toSingleValueMap().entrySet().stream()
                            .allMatch(header ->
                                    header.getValue().equals(request.headers().getFirst(header.getKey())));
        }

        @Override
        public String toString() {
            return query;
        }
    }

    /** An answer, step by step: parts of its body, pauses, and how it ends. */
    static final class Reply {

        private final Integer head;
        private final HttpHeaders headers = new HttpHeaders();
        private final List<Function<ScriptedTransport, Mono<DataBuffer>>> steps = new ArrayList<>();

        private Duration life;

        private Reply(Integer head) {
            this.head = head;
        }

        static Reply status(int status) {
            return new Reply(status);
        }

        /** Never any answer. */
        static Reply none() {
            return new Reply(null).open();
        }

        /** No answer but a failure. */
        static Reply failure(Throwable failure) {
            Reply reply = new Reply(null);
            reply.steps.add(transport -> Mono.error(failure));
            return reply;
        }

        /** 200 for a stream of a content type. */
        static Reply content(String type, String nextOffset) {
            return status(200).with("Content-Type", type).with("Stream-Next-Offset", nextOffset);
        }

        static Reply json(String nextOffset) {
            return content("application/json", nextOffset);
        }

        static Reply text(String nextOffset) {
            return content("text/plain; charset=utf-8", nextOffset);
        }

        static Reply bytes(String nextOffset) {
            return content("application/octet-stream", nextOffset);
        }

        /** 204, as a long-poll that timed out. */
        static Reply nothingNew(String nextOffset) {
            return status(204).with("Stream-Next-Offset", nextOffset).upToDate();
        }

        static Reply sse() {
            return status(200).with("Content-Type", "text/event-stream");
        }

        Reply with(String header, String value) {
            headers.set(header, value);
            return this;
        }

        Reply upToDate() {
            return with("Stream-Up-To-Date", "true");
        }

        Reply closed() {
            return with("Stream-Closed", "true");
        }

        Reply cursor(String cursor) {
            return with("Stream-Cursor", cursor);
        }

        Reply part(String text) {
            return part(text.getBytes(StandardCharsets.UTF_8));
        }

        Reply part(byte[] bytes) {
            // Hidden, so that the part is not made before it is asked for.
            steps.add(transport -> Mono.just(bytes).hide().map(transport::buffer));
            return this;
        }

        Reply parts(String... texts) {
            for (String text : texts) {
                part(text);
            }
            return this;
        }

        Reply data(String data) {
            return part("event: data\ndata:" + data + "\n\n");
        }

        Reply control(String nextOffset, String... more) {
            return part("event: control\ndata: {\"streamNextOffset\":\"" + nextOffset + "\"" + String.join("", more)
                    + "}\n\n");
        }

        Reply pause(Duration duration) {
            steps.add(transport -> Mono.delay(duration, transport.time).then(Mono.empty()));
            return this;
        }

        /** Breaks the connection after a time, counted from the answer, whatever is asked for. */
        Reply cutAfter(Duration duration) {
            life = duration;
            return this;
        }

        /** The connection breaks. */
        Reply cut() {
            steps.add(transport -> Mono.error(new java.io.IOException("cut")));
            return this;
        }

        /** The connection stays open, silent. */
        Reply open() {
            steps.add(transport -> Mono.never());
            return this;
        }

        private Flux<DataBuffer> body(ScriptedTransport transport) {
            Flux<DataBuffer> body = Flux.fromIterable(steps).concatMap(step -> step.apply(transport), 0);
            return life == null
                    ? body
                    : body.takeUntilOther(
                            Mono.delay(life, transport.time).then(Mono.error(new java.io.IOException("cut"))));
        }
    }
}
