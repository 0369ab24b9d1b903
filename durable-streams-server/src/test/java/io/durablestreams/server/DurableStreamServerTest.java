package io.durablestreams.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.server.store.AppendBody;
import io.durablestreams.server.store.CountingStore;
import io.durablestreams.server.store.StreamAppend;
import io.durablestreams.server.store.StreamConfig;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DurableStreamServerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final InMemoryStreamStore store = new InMemoryStreamStore();
    private final HttpClient http = HttpClient.newHttpClient();
    private final DurableStreamServer server = DurableStreamServer.builder()
            .port(0)
            .basePath("/v1/stream")
            .store(store)
            .build();

    @AfterEach
    void stop() {
        server.stop().block(TIMEOUT);
    }

    @Test
    void startsOnAFreePortAndSaysWhere() throws Exception {
        assertThat(server.isRunning()).isFalse();
        assertThatIllegalStateException().isThrownBy(server::url);

        URI url = Objects.requireNonNull(server.start().block(TIMEOUT));

        assertThat(url).isEqualTo(server.url());
        assertThat(url.toString()).matches("http://127\\.0\\.0\\.1:\\d+/v1/stream");
        assertThat(server.isRunning()).isTrue();
        assertThat(put("/s").statusCode()).isEqualTo(201);
    }

    @Test
    void startingTwiceIsStartingOnce() {
        URI first = server.start().block(TIMEOUT);

        assertThat(server.start().block(TIMEOUT)).isEqualTo(first);
    }

    @Test
    void nothingIsStartedOrStoppedBeforeSubscription() {
        server.start();
        assertThat(server.isRunning()).isFalse();
        server.start().block(TIMEOUT);
        server.stop();
        assertThat(server.isRunning()).isTrue();
    }

    @Test
    void streamsSurviveARestart() throws Exception {
        server.start().block(TIMEOUT);
        put("/s");
        server.stop().block(TIMEOUT);
        assertThat(server.isRunning()).isFalse();
        server.stop().block(TIMEOUT);

        server.start().block(TIMEOUT);

        assertThat(put("/s").statusCode()).isEqualTo(200);
    }

    @Test
    void liveReadsWaitAgainAfterARestart() throws Exception {
        server.start().block(TIMEOUT);
        server.stop().block(TIMEOUT);
        server.start().block(TIMEOUT);
        put("/s");

        CompletableFuture<HttpResponse<String>> poll =
                http.sendAsync(get("/s?live=long-poll&offset=-1"), BodyHandlers.ofString());
        append("x");

        assertThat(poll.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("x");
    }

    @Test
    void stoppingAnswersThoseWhoWaitAndTakesNoTime() throws Exception {
        server.start().block(TIMEOUT);
        put("/s");
        HttpResponse<Stream<String>> events = http.sendAsync(get("/s?live=sse&offset=-1"), BodyHandlers.ofLines())
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        CompletableFuture<HttpResponse<String>> poll =
                http.sendAsync(get("/s?live=long-poll&offset=-1"), BodyHandlers.ofString());
        CompletableFuture<Long> read =
                CompletableFuture.supplyAsync(() -> events.body().count());

        server.stop().block(Duration.ofSeconds(2));

        // The poll may have met the closing door.
        Mono.fromFuture(poll)
                .doOnNext(response -> assertThat(response.statusCode()).isEqualTo(204))
                .onErrorComplete(IOException.class)
                .block(TIMEOUT);
        assertThat(read.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void aStopThatIsCancelledGoesOnAndCanBeAwaitedAgain() throws Exception {
        server.start().block(TIMEOUT);
        put("/s");
        HttpResponse<Stream<String>> events = http.sendAsync(get("/s?live=sse&offset=-1"), BodyHandlers.ofLines())
                .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

        server.stop().subscribe().dispose();
        server.stop().block(TIMEOUT);

        assertThat(CompletableFuture.supplyAsync(() -> events.body().count())).succeedsWithin(TIMEOUT);
    }

    @RepeatedTest(20)
    void whoeverComesWhileItStopsIsNotLeftWaiting() {
        URI url = Objects.requireNonNull(server.start().block(TIMEOUT));
        store.create("/s", StreamCreation.of(StreamConfig.of("text/plain"))).block(TIMEOUT);

        Mono<Void> polling = Flux.range(0, 8)
                .flatMap(i -> Mono.fromRunnable(() -> pollOnce(url)).subscribeOn(Schedulers.boundedElastic()))
                .then();

        Mono.when(polling, server.stop()).block(TIMEOUT);
    }

    @Test
    void thePortIsFreeAfterwards() throws Exception {
        URI url = Objects.requireNonNull(server.start().block(TIMEOUT));
        server.stop().block(TIMEOUT);

        DurableStreamServer next =
                DurableStreamServer.builder().port(url.getPort()).build();
        next.start().block(TIMEOUT);
        next.stop().block(TIMEOUT);
    }

    @Test
    void aPortThatIsTakenIsAnError() {
        URI url = Objects.requireNonNull(server.start().block(TIMEOUT));
        DurableStreamServer second =
                DurableStreamServer.builder().port(url.getPort()).build();

        assertThatThrownBy(() -> second.start().block(TIMEOUT)).hasMessageContaining(String.valueOf(url.getPort()));
        assertThat(second.isRunning()).isFalse();
    }

    @Test
    void aStartThatIsCancelledLeavesNoThreadBehind() throws Exception {
        Set<Thread> before = eventLoops();

        server.start().subscribe().dispose();
        server.stop().block(TIMEOUT); // If the start was faster.
        server.start().doOnSubscribe(Subscription::cancel).subscribe();

        Set<Thread> begun = eventLoops();
        begun.removeAll(before);
        for (Thread thread : begun) {
            thread.join(TIMEOUT.toMillis());
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThat(server.isRunning()).isFalse();
        server.start().block(TIMEOUT);
        assertThat(put("/s").statusCode()).isEqualTo(201);
    }

    /** Operators like this one cancel when they have what they want. */
    @Test
    void aCancellationAfterTheStartDoesNotStopTheServer() throws Exception {
        server.start().flux().blockFirst(TIMEOUT);

        assertThat(put("/s").statusCode()).isEqualTo(201);
        assertThat(put("/t").statusCode()).isEqualTo(201);
    }

    private static Set<Thread> eventLoops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("durable-streams-server"))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void aClientThatTakesNothingCostsLittleAndDoesNotHoldTheServer() throws Exception {
        int appends = 4_000;
        server.start().block(TIMEOUT);
        store.create("/s", StreamCreation.of(StreamConfig.of("text/plain"))).block(TIMEOUT);
        StreamAppend append = StreamAppend.of(AppendBody.of("text/plain", new byte[16 << 10]));
        Flux.range(0, appends).concatMap(i -> store.append("/s", append)).blockLast(TIMEOUT);
        CountingStore counting = new CountingStore(store);
        DurableStreamServer counted =
                DurableStreamServer.builder().port(0).store(counting).build();
        URI url = Objects.requireNonNull(counted.start().block(TIMEOUT));

        try (Socket deaf = new Socket("127.0.0.1", url.getPort())) {
            OutputStream out = deaf.getOutputStream();
            out.write("GET /s?live=sse&offset=-1 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            // Until it reads no more.
            Flux.interval(Duration.ofMillis(200))
                    .map(tick -> counting.reads())
                    .buffer(2, 1)
                    .filter(reads -> reads.get(0) > 0 && reads.get(0).equals(reads.get(1)))
                    .blockFirst(TIMEOUT);

            assertThat(counting.reads()).isLessThan(appends / 4);
            counted.stop().block(Duration.ofSeconds(10));
            assertThat(counted.isRunning()).isFalse();
        }
    }

    @Test
    void refusesWhatIsNoPortAndNoPath() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurableStreamServer.builder().port(65536))
                .withMessageContaining("65536");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurableStreamServer.builder().basePath("v1").build())
                .withMessageContaining("'v1'");
    }

    /** Waits for an answer or for the end of the connection. */
    private static void pollOnce(URI url) {
        try (Socket socket = new Socket("127.0.0.1", url.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("GET " + url.getPath() + "/s?live=long-poll&offset=now HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
        } catch (SocketTimeoutException waiting) {
            throw new AssertionError("The connection was neither served nor closed", waiting);
        } catch (IOException refused) {
            // The door was closed already, or closed in the face: the client knows where it stands.
        }
    }

    private HttpResponse<String> put(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "text/plain")
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).build();
    }

    private void append(String text) {
        store.append("/s", StreamAppend.of(AppendBody.of("text/plain", text.getBytes(StandardCharsets.UTF_8))))
                .block(TIMEOUT);
    }
}
