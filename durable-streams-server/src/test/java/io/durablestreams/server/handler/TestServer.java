package io.durablestreams.server.handler;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/** A handler without a socket, for which time passes only when told so. */
final class TestServer {

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final Clock clock = new VirtualClock(time);
    final LiveReads liveReads;
    final DurableStreamHandler handler;

    TestServer() {
        this(ServerSettings.DEFAULT);
    }

    TestServer(ServerSettings settings) {
        InMemoryStreamStore store = new InMemoryStreamStore(clock, time);
        this.liveReads = new LiveReads(store, time);
        this.handler = handler(store, settings, liveReads);
    }

    TestServer(StreamStore store) {
        this.liveReads = new LiveReads(store, time);
        this.handler = handler(store, ServerSettings.DEFAULT, liveReads);
    }

    private DurableStreamHandler handler(StreamStore store, ServerSettings settings, LiveReads liveReads) {
        return new DefaultDurableStreamHandler(new HandlerContext(store, settings, liveReads, clock, () -> 0.5));
    }

    TestRequest put(String path) {
        return request("PUT", path);
    }

    TestRequest post(String path) {
        return request("POST", path);
    }

    TestRequest get(String path) {
        return request("GET", path);
    }

    TestRequest head(String path) {
        return request("HEAD", path);
    }

    TestRequest delete(String path) {
        return request("DELETE", path);
    }

    TestRequest request(String method, String path) {
        return new TestRequest(handler, method, path);
    }

    /** Creates a stream. */
    void create(String path, String contentType) {
        put(path).header("Content-Type", contentType).expect(201);
    }

    /** Appends to a stream and returns its tail. */
    String append(String path, String contentType, String body) {
        StreamResponse response =
                post(path).header("Content-Type", contentType).body(body).expect(204);
        return Objects.requireNonNull(response.headers().get("Stream-Next-Offset"));
    }

    void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    static String text(StreamResponse response) {
        return response.body() instanceof StreamResponse.Content content ? text(content.bytes()) : "";
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static Flux<String> events(StreamResponse response) {
        if (response.body() instanceof StreamResponse.Events events) {
            // Large events come in slices; all end with a control event, whose end this is.
            return events.events()
                    .bufferUntil(slice -> text(slice).endsWith("}\n\n"))
                    .map(TestServer::join);
        }
        throw new AssertionError("No events but " + response.status() + ": " + text(response));
    }

    private static String join(List<byte[]> slices) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        slices.forEach(bytes::writeBytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static final class VirtualClock extends Clock {

        private final VirtualTimeScheduler time;

        VirtualClock(VirtualTimeScheduler time) {
            this.time = time;
        }

        @Override
        public Instant instant() {
            return START.plusMillis(time.now(TimeUnit.MILLISECONDS));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("Servers know instants only");
        }
    }
}
