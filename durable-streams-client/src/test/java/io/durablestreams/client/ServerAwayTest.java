package io.durablestreams.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.FailureLog;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.LoggedLines;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RawAnswers.nothingNew;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that is away for long, over sockets, without waiting. */
@Tag("sockets")
class ServerAwayTest {

    private static final String BUSY = status("503 Service Unavailable");

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final SkippedTime time = new SkippedTime();
    private final DurableStreamClient client = time.client().build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private DurableStream stream() {
        return client.stream(server.url());
    }

    @Test
    void aWaitBeyondTheTimeoutEndsARequestAtOnce() {
        String busy = status("503 Service Unavailable", "Retry-After: 31");
        server.thenSend(busy).thenSend(busy);

        for (Mono<?> request :
                List.of(stream().head(), stream().withContentType("text/plain").append("text"))) {
            assertThatThrownBy(() -> request.block(PATIENCE))
                    .isInstanceOf(TransientStreamException.class)
                    .hasMessageContaining("PT31S")
                    .hasMessageContaining("durable-streams.request.timeout");
        }
        assertThat(time.waits()).isEmpty();
    }

    // Credentials.

    private DurableStream withToken(AtomicInteger asked) {
        return time.client().header("Authorization", () -> "token " + asked.incrementAndGet()).build().stream(
                        server.url())
                .withContentType("text/plain");
    }

    @Test
    void aSingleRequestIsSentAgainWithNewCredentials() {
        AtomicInteger asked = new AtomicInteger();
        DurableStream stream = withToken(asked);
        for (Mono<?> request : List.of(
                stream.head(),
                stream.append("text"),
                stream.closeStream(),
                stream.delete(),
                stream.create(StreamSpec.text()))) {
            asked.set(0);
            server.thenSend(status("401 Unauthorized"))
                    .thenSend(status("401 Unauthorized"))
                    .thenSend(status("200 OK", "Stream-Next-Offset: a", "Stream-Closed: true"));

            request.block(PATIENCE);

            assertThat(asked).hasValue(3);
            assertThat(server.requests()).last().asString().contains("token 3");
        }
    }

    @Test
    void aSingleRequestIsRefusedAfterAFewAttempts() {
        AtomicInteger asked = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            server.thenSend(status("401 Unauthorized"));
        }

        assertThatThrownBy(() -> withToken(asked).head().block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        assertThat(asked).hasValue(4);
    }

    @Test
    void aSingleRequestWhoseValuesAreFixedIsRefusedAtOnce() {
        server.thenSend(status("401 Unauthorized"));

        assertThatThrownBy(() -> time.client().header("Authorization", "token").build().stream(server.url())
                        .head()
                        .block(PATIENCE))
                .isInstanceOf(StreamRequestException.class);
    }

    // Reading.

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SSE", "LONG_POLL"})
    void aLiveReadWaitsForTheServerFromItsStart(LiveMode mode) {
        AtomicInteger requests = new AtomicInteger();
        server.thenPlay(50, connection -> {
            connection.readRequest();
            int request = requests.getAndIncrement();
            if (request < 49) {
                connection.write(request % 2 == 0 ? BUSY : "");
            } else {
                connection.write(answer("a", "[7]", "Stream-Closed: true", "Stream-Up-To-Date: true"));
            }
        });

        assertThat(stream().reader(Integer.class).live(mode).items().blockLast(PATIENCE))
                .isEqualTo(7);
    }

    @Test
    void aLiveReadWithALimitGivesUpAtItFromItsStart() {
        server.thenSend(BUSY).thenSend(BUSY);

        assertThatThrownBy(() -> stream()
                        .reader(Integer.class)
                        .settings(ReaderSettings.DEFAULT.withMaxLiveRetries(1))
                        .live(LiveMode.AUTO)
                        .items()
                        .blockLast(PATIENCE))
                .hasMessageContaining("503");
    }

    @Test
    void anOutageOfAReadIsLoggedOnceInAWhile() {
        AtomicInteger requests = new AtomicInteger();
        server.thenPlay(200, connection -> {
            connection.readRequest();
            connection.write(
                    requests.incrementAndGet() < 200
                            ? BUSY
                            : answer("a", "[7]", "Stream-Closed: true", "Stream-Up-To-Date: true"));
        });

        List<String> lines;
        try (LoggedLines logged = new LoggedLines()) {
            stream().reader(Integer.class).live(LiveMode.AUTO).items().blockLast(PATIENCE);
            lines = logged.lines();
        }

        assertThat(lines.size()).as("lines").isBetween(2, 1 + minutes());
        assertThat(lines.get(0)).contains("WARN", "Retrying from offset -1", "503");
    }

    private int minutes() {
        return 1 + (int) Duration.ofNanos(time.now(TimeUnit.NANOSECONDS)).toMinutes();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfAnIdleEventConnectionIsNoWarning(boolean reset) {
        server.thenSend(caughtUp("a", "[]"))
                .then(connection -> {
                    connection.readRequest();
                    connection.write(
                            reset
                                    ? SSE + control("b")
                                    : SSE.replace("Connection: close", "Transfer-Encoding: chunked")
                                            + chunk(control("b")));
                    passAMinute();
                    if (reset) {
                        connection.reset();
                    }
                })
                .thenSend(SSE + closed("b"));

        assertThat(linesOfRead(LiveMode.SSE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"})
    void theEndOfAnIdleLongPollIsNoWarning(String end) {
        server.thenSend(caughtUp("a", "[]"));
        for (int i = 0; i < 3; i++) {
            server.then(connection -> {
                connection.readRequest();
                passAMinute();
                connection.write(end);
            });
        }
        server.thenSend(nothingNew("a", "Stream-Closed: true"));

        assertThat(linesOfRead(LiveMode.LONG_POLL)).isEmpty();
    }

    @Test
    void longPollsThatFailSoonAgainAndAgainAreAWarning() {
        server.thenSend(caughtUp("a", "[]"));
        for (int i = 0; i < 3; i++) {
            server.then(connection -> {
                connection.readRequest();
                time.pass(Duration.ofSeconds(6));
                connection.write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            });
        }
        server.thenSend(nothingNew("a", "Stream-Closed: true"));

        assertThat(linesOfRead(LiveMode.LONG_POLL)).anyMatch(line -> line.startsWith("WARN") && line.contains("502"));
    }

    private void passAMinute() {
        time.pass(Duration.ofMinutes(1));
    }

    private List<String> linesOfRead(LiveMode mode) {
        try (LoggedLines logged = new LoggedLines()) {
            stream()
                    .reader(Integer.class)
                    .settings(ReaderSettings.DEFAULT
                            .withRequestTimeout(SkippedTime.A_DAY)
                            .withLongPollTimeout(SkippedTime.A_DAY)
                            .withSseIdleTimeout(SkippedTime.A_DAY))
                    .live(mode)
                    .items()
                    .blockLast(PATIENCE);
            return logged.lines();
        }
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    // Writing.

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneMessageInAnOutageOfAMinuteTakesFewRequests(boolean typeKnown) {
        server.thenAlways(100, request -> BUSY);
        DurableStream stream = typeKnown ? stream().withContentType("application/json") : stream();
        IdempotentProducer producer =
                stream.producer("p", ProducerSettings.DEFAULT.withDeliveryTimeout(Duration.ofMinutes(1)));

        assertThatThrownBy(() -> producer.send(1).block(PATIENCE)).isInstanceOf(DeliveryTimeoutException.class);

        assertThat(server.requests()).hasSizeBetween(5, 15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuses", "503", "closes", "tls"})
    void anOutageOfAProducerIsLoggedOnceInAWhile(String fault) throws IOException {
        String url = server.url();
        switch (fault) {
            case "refuses" -> server.stopListening();
            case "503" -> server.thenAlways(100_000, request -> BUSY);
            case "closes" -> server.thenPlay(100_000, FaultServer.Connection::nextRequest);
            default -> server.thenPlay(100_000, connection -> connection.write(BUSY));
        }
        IdempotentProducer producer = client.stream(fault.equals("tls") ? url.replace("http:", "https:") : url)
                .withContentType("application/json")
                .producer(
                        "p", ProducerSettings.DEFAULT.withMaxBatchItems(1).withDeliveryTimeout(Duration.ofMinutes(1)));

        List<String> lines;
        try (LoggedLines logged = new LoggedLines()) {
            for (int i = 0; i < 10; i++) {
                producer.append(i);
                producer.append(i);
                assertThat(producer.flush()
                                .onErrorResume(failure -> Mono.empty())
                                .block(PATIENCE))
                        .isNull();
            }
            time.pass(FailureLog.INTERVAL);
            client.dispose();
            lines = logged.lines();
        }

        assertThat(lines.size()).as("lines").isBetween(4, 4 + 3 * minutes());
        assertThat(lines.get(0)).contains("WARN", "A request of producer 'p' failed and is repeated");
        assertThat(lines).anyMatch(line -> line.contains("1 messages of producer 'p' were not stored"));
        assertThat(lines).anyMatch(line -> line.contains("more messages of producers were not stored"));
    }

    @Test
    void theErrorHandlerHearsOfEachMessage() throws IOException {
        AtomicInteger failed = new AtomicInteger();
        DurableStream stream = stream().withContentType("application/json");
        server.stopListening();
        IdempotentProducer producer = stream.producer(
                "p",
                ProducerSettings.DEFAULT.withDeliveryTimeout(Duration.ofSeconds(1)),
                (DurableStreamException cause, List<byte[]> messages) -> {
                    assertThat(cause).isInstanceOf(DeliveryTimeoutException.class);
                    failed.addAndGet(messages.size());
                });

        for (int i = 0; i < 20; i++) {
            producer.append(i);
        }
        producer.flush().onErrorResume(failure -> Mono.empty()).block(PATIENCE);

        assertThat(failed).hasValue(20);
    }
}
