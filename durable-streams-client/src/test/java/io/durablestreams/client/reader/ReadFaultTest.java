package io.durablestreams.client.reader;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.reader.RestartPolicy;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.head;
import static io.durablestreams.client.fixture.RawAnswers.nothingNew;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers and proxies that answer a reader wrongly, over sockets, and what it does about it, without waiting. */
@Tag("sockets")
class ReadFaultTest {

    private static final String BUSY = status("503 Service Unavailable");

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final SkippedTime time = new SkippedTime();
    private final DurableStreamClient client = time.client().build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private <T> StreamReader<T> reader(Class<T> type) {
        return client.stream(server.url()).reader(type);
    }

    private StreamReader<Integer> reader() {
        return reader(Integer.class);
    }

    private StreamReader<Integer> from(String offset) {
        return reader().from(Offset.of(offset));
    }

    private static Duration[] millis(int... waits) {
        return Arrays.stream(waits).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    // What passes.

    @Test
    void aBurstOf503IsOutwaitedWithGrowingWaits() {
        server.thenSend(BUSY).thenSend(BUSY).thenSend(BUSY).thenSend(caughtUp("b", "[1,2]"));

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1, 2);
        assertThat(time.waits()).containsExactly(millis(50, 100, 200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"500 Internal Server Error", "408 Request Timeout", "429 Too Many Requests"})
    void whatMayPassIsRepeatedFromWhereTheReaderIs(String status) {
        server.thenSend(answer("b", "[1]")).thenSend(status(status)).thenSend(caughtUp("c", "[2]"));

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1, 2);
        assertThat(server.targets()).containsExactly("/stream?offset=-1", "/stream?offset=b", "/stream?offset=b");
    }

    @Test
    void catchingUpGivesUpAfterItsRetries() {
        for (int i = 0; i < 6; i++) {
            server.thenSend(BUSY);
        }

        assertThatThrownBy(() -> reader().collect().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("503");
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "LONG_POLL"})
    void aLiveReadNeverGivesUp(LiveMode mode) {
        AtomicInteger requests = new AtomicInteger();
        server.thenPlay(100, connection -> {
            connection.readRequest();
            int request = requests.getAndIncrement();
            if (request == 0) {
                connection.write(caughtUp("a", "[]"));
            } else if (request == 99) {
                connection.write(mode == LiveMode.SSE ? SSE + closed("a") : nothingNew("a", "Stream-Closed: true"));
            } else if (request % 2 == 0) {
                connection.write(BUSY);
            } else {
                connection.reset();
            }
        });

        reader().live(mode).items().blockLast(PATIENCE);

        assertThat(requests).hasValue(100);
        assertThat(time.waits()).hasSize(98).endsWith(Duration.ofMillis(11_250));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "'Mon, 01 Jun 2026 12:00:09 GMT', 9",
        "'Monday, 01-Jun-26 12:00:09 GMT', 9",
        "'Mon Jun  1 12:00:09 2026', 9"
    })
    void retryAfterIsTheLeastWait(String retryAfter, int seconds) {
        server.thenSend(status("503 Service Unavailable", "Retry-After: " + retryAfter))
                .thenSend(caughtUp("b", "[1]"));

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1);
        assertThat(time.waits()).containsExactly(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mon, 01 Jun 2026 10:00:00 GMT|Mon, 01 Jun 2026 10:00:09 GMT",
                "Mon, 01 Jun 2026 14:00:00 GMT|Mon, 01 Jun 2026 14:00:09 GMT",
                "Monday, 01-Jun-26 14:00:00 GMT|Mon Jun  1 14:00:09 2026"
            })
    void aDateIsCountedByTheClockOfTheServer(String dates) {
        String[] dateAndRetryAfter = dates.split("\\|");
        server.thenSend(status(
                        "503 Service Unavailable",
                        "Date: " + dateAndRetryAfter[0],
                        "Retry-After: " + dateAndRetryAfter[1]))
                .thenSend(caughtUp("b", "[1]"));

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1);
        assertThat(time.waits()).containsExactly(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "301",
                "99999999",
                "9999999999",
                "99999999999999999999",
                "Mon, 01 Jun 2026 12:05:01 GMT",
                "Fri, 31 Dec 9999 23:59:59 GMT",
                "Sunday, 01-Jun-70 12:00:00 GMT",
                "Fri Dec 31 23:59:59 9999"
            })
    void aWaitBeyondTheLimitEndsTheReadAtOnce(String retryAfter) {
        server.thenSend(status("503 Service Unavailable", "Retry-After: " + retryAfter));

        assertThatThrownBy(() -> reader().collect().block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("asks for a wait of")
                .hasMessageContaining("durable-streams.reader.max-retry-after");
        assertThat(time.waits()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SSE", "LONG_POLL"})
    void aWaitBeyondTheLimitEndsALiveReadAtOnce(LiveMode mode) {
        server.thenSend(caughtUp("a", "[1]")).thenSend(status("429 Too Many Requests", "Retry-After: 99999999"));

        StepVerifier.create(reader().live(mode).items())
                .expectNext(1)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(TransientStreamException.class)
                        .hasMessageContaining("durable-streams.reader.max-retry-after"))
                .verify(PATIENCE);
    }

    @Test
    void theLongestWaitIsASetting() {
        server.thenSend(status("503 Service Unavailable", "Retry-After: 2"))
                .thenSend(status("503 Service Unavailable", "Retry-After: 3"));

        assertThatThrownBy(() -> reader().settings(ReaderSettings.DEFAULT.withMaxRetryAfter(Duration.ofSeconds(2)))
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(TransientStreamException.class)
                .hasMessageContaining("PT3S")
                .hasMessageContaining("up to PT2S");
        assertThat(time.waits()).containsExactly(Duration.ofSeconds(2));
    }

    @Test
    void aServerThatNeverAnswersIsAskedAgainAfterTheTimeout() {
        server.then(connection -> {
                    connection.readRequest();
                    connection.awaitTimeout(
                            () -> time.pass(ReaderSettings.DEFAULT.timeouts().requestTimeout()));
                })
                .thenSend(caughtUp("a", "[1]"))
                .then(connection -> {
                    connection.readRequest();
                    connection.awaitTimeout(
                            () -> time.pass(ReaderSettings.DEFAULT.timeouts().longPollTimeout()));
                })
                .thenSend(nothingNew("a", "Stream-Closed: true"));

        assertThat(reader().live(LiveMode.LONG_POLL).items().collectList().block(PATIENCE))
                .containsExactly(1);
    }

    // Pages.

    @Test
    void readsPageAfterPageUntilUpToDate() {
        server.thenSend(answer("a", "[1,2]")).thenSend(answer("b", "[3]")).thenSend(caughtUp("c", "[4]"));

        assertThat(reader().batches().collectList().block(PATIENCE))
                .containsExactly(
                        new Batch<>(List.of(1, 2), Offset.of("a"), false, false),
                        new Batch<>(List.of(3), Offset.of("b"), false, false),
                        new Batch<>(List.of(4), Offset.of("c"), true, false));
        assertThat(server.targets()).containsExactly("/stream?offset=-1", "/stream?offset=a", "/stream?offset=b");
        assertThat(time.waits()).isEmpty();
    }

    @Test
    void theCheckpointNeverPassesACharacterThatIsTornBetweenAnswers() {
        byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
        thenText("b", "", new byte[] {'x', euro[0]});
        thenText("c", "", new byte[] {euro[1]});
        thenText("d", "Stream-Up-To-Date: true\r\n", new byte[] {euro[2], 'y'});

        assertThat(reader(String.class)
                        .from(Offset.of("a"))
                        .batches()
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(
                        new Batch<>(List.of("x"), Offset.of("a"), false, false),
                        new Batch<>(List.of("€y"), Offset.of("d"), true, false));
    }

    private void thenText(String nextOffset, String more, byte[] body) {
        server.then(connection -> {
            connection.readRequest();
            connection.write(head(nextOffset).replace("application/json", "text/plain") + more + "Content-Length: "
                    + body.length + "\r\n\r\n");
            connection.write(body);
        });
    }

    @Test
    void theSameOffsetAgainAndAgainIsALoop() {
        server.thenAlways(11, request -> answer("a", "[]"));

        assertThatThrownBy(() -> from("a").collect().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("11 times in a row at offset a");
        assertThat(time.waits()).hasSize(10).startsWith(millis(50, 100, 200));
    }

    // Nonsense.

    static Stream<Arguments> nonsense() {
        String page = "<html>please log in</html>";
        String html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
                + page.length() + "\r\n\r\n" + page;
        String nameless = caughtUp("b", "[1]").replaceAll("Stream-Next-Offset: b\r\n", "");
        return Stream.of(
                Arguments.of(html, "text/html"),
                Arguments.of(html, "proxy"),
                Arguments.of(nameless, "Stream-Next-Offset"),
                Arguments.of(nameless, "proxy"),
                Arguments.of(caughtUp("a b", "[1]"), "a b"),
                Arguments.of(caughtUp("\u00fc", "[1]"), "non-ASCII"),
                Arguments.of(caughtUp("b\u0080", "[1]"), "non-ASCII"),
                Arguments.of(caughtUp("b", "[1]", "Stream-Next-Offset: c"), "[b, c]"),
                Arguments.of(caughtUp("b", "[1]", "stream-next-offset: c", "Stream-Next-Offset: b"), "[b, c, b]"),
                Arguments.of(nothingNew("b"), "204"),
                Arguments.of(caughtUp("b", ""), "empty"),
                Arguments.of(caughtUp("b", "["), "ends within"),
                Arguments.of(caughtUp("b", "[1"), "ends within"),
                Arguments.of(caughtUp("b", "{\"a\":1}"), "not a JSON array"),
                Arguments.of(caughtUp("b", "[tru,1]"), "tru"),
                Arguments.of(answer("a", "[1]"), "next offset is the one asked for"),
                Arguments.of(answer("0", "[1]"), "backwards"));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void whatMakesNoSenseIsAProtocolFailureAndNothingOfItIsDelivered(String nonsense, String message) {
        server.thenSend(nonsense);

        StepVerifier.create(from("a").items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamProtocolException.class)
                        .hasMessageContaining(message)
                        .hasMessageContaining(server.url()))
                .verify(PATIENCE);
    }

    @Test
    void theSameOffsetTwiceIsOne() {
        server.thenSend(caughtUp("b", "[1]", "Stream-Next-Offset: b"));

        assertThat(from("a").collect().block(PATIENCE)).containsExactly(1);
    }

    // Positions and streams that are not what they were.

    @Test
    void aStaleAnswerIsAskedForAgain() {
        server.thenSend(caughtUp("a", "[]")).thenSend(caughtUp("c", "[1]"));

        assertThat(from("b").collect().block(PATIENCE)).containsExactly(1);
        assertThat(server.targets()).containsExactly("/stream?offset=b", "/stream?offset=b");
        assertThat(time.waits()).containsExactly(millis(100));
    }

    @Test
    void whatStaysStaleIsAnotherStream() {
        server.thenAlways(6, request -> caughtUp("a", "[]"));

        assertThatThrownBy(() -> from("b").collect().block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("backwards, from b to a");
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void aGonePositionFailsUnlessThePolicySaysOtherwise() {
        server.thenSend(status("410 Gone"));

        assertThatThrownBy(() -> from("a").collect().block(PATIENCE))
                .isInstanceOf(StreamGoneException.class)
                .hasMessageContaining("offset 'a'");
    }

    @ParameterizedTest
    @CsvSource({"FROM_BEGINNING, -1", "FROM_NOW, now"})
    void aGonePositionRestartsWhereThePolicySays(RestartPolicy policy, String offset) {
        server.thenSend(caughtUp("a", "[]"))
                .thenSend(status("410 Gone"))
                .thenSend(caughtUp("m", "[1]"))
                .thenSend(SSE + closed("m"));

        assertThat(reader().live(LiveMode.AUTO)
                        .settings(ReaderSettings.DEFAULT.withWhenGone(policy))
                        .items()
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(1);
        assertThat(server.targets()).element(2).isEqualTo("/stream?offset=" + offset);
    }

    @Test
    void aStreamThatWasCreatedAnewFailsUnlessThePolicySaysOtherwise() {
        server.thenSend(caughtUp("m", "[]")).thenSend(caughtUp("c", "[7]"));

        StepVerifier.create(reader().live(LiveMode.LONG_POLL).items())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamProtocolException.class)
                        .hasMessageContaining("from m to c"))
                .verify(PATIENCE);
    }

    @Test
    void aStreamThatWasCreatedAnewIsReadFromItsBeginningIfItMay() {
        server.thenSend(caughtUp("m", "[]"))
                .thenSend(caughtUp("c", "[7]"))
                .thenSend(answer("d", "[6,7]", "Stream-Up-To-Date: true", "Stream-Closed: true"));

        assertThat(reader().live(LiveMode.LONG_POLL)
                        .settings(ReaderSettings.DEFAULT.withWhenRecreated(RestartPolicy.FROM_BEGINNING))
                        .items()
                        .collectList()
                        .block(PATIENCE))
                .containsExactly(6, 7);
        assertThat(server.targets()).last().isEqualTo("/stream?offset=-1");
    }

    @Test
    void newCredentialsAreAskedForAFewTimesOnly() {
        server.thenAlways(4, request -> status("401 Unauthorized"));
        AtomicInteger refreshed = new AtomicInteger();

        assertThatThrownBy(() -> reader().onError(failure -> Mono.just(RequestChanges.NONE.withHeader(
                                "Authorization", "Bearer " + refreshed.incrementAndGet())))
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("credentials");
        assertThat(server.requests()).last().asString().containsIgnoringCase("authorization: Bearer 3");
    }
}
