package io.durablestreams.client.reader;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.LiveConnectionsExhaustedException;
import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.ScriptedTransport;
import io.durablestreams.client.fixture.ScriptedTransport.Reply;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.reader.RestartPolicy;

import static io.durablestreams.client.fixture.ScriptedTransport.subscribe;
import static io.durablestreams.client.fixture.ScriptedTransport.subscribeIdly;
import static org.assertj.core.api.Assertions.assertThat;

class ReadMetricsTest {

    private final ScriptedTransport server = new ScriptedTransport();
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void everythingWasExpectedAndReleased() {
        server.assertDone();
    }

    private StreamReader<Integer> reader(ReaderSettings settings) {
        return server.builder().readMetrics(new Recorder()).build().stream(ScriptedTransport.URL)
                .reader(Integer.class)
                .settings(settings);
    }

    /** Writes down what it hears. */
    private class Recorder implements ReadMetricsRecorder {

        @Override
        public void liveReadStarted(URI url) {
            heard.add("live");
        }

        @Override
        public void liveReadEnded(URI url) {
            heard.add("ended");
        }

        @Override
        public void liveConnectionsExhausted(URI url) {
            heard.add("exhausted");
        }

        @Override
        public void bytesReceived(URI url, int bytes) {
            heard.add(bytes + " bytes");
        }

        @Override
        public void batchRead(URI url, int items) {
            heard.add(items + " items");
        }

        @Override
        public void upToDate(URI url) {
            heard.add("up to date");
        }

        @Override
        public void reconnecting(URI url, Cause cause, Duration delay) {
            heard.add(cause + " " + delay.toMillis());
        }
    }

    @Test
    void tellsWhatACatchUpRead() {
        server.expect("offset=-1").then(Reply.status(503));
        server.expect("offset=-1").then(Reply.json("a").parts("[1,2", "]"));
        server.expect("offset=a").then(Reply.json("b").part("[3]").upToDate());

        subscribe(reader(ReaderSettings.DEFAULT).batches());
        server.advance(Backoffs.FIRST);

        assertThat(heard)
                .containsExactly("FAILURE 50", "4 bytes", "1 bytes", "2 items", "3 bytes", "1 items", "up to date");
    }

    @Test
    void tellsHowALiveReadFares() {
        server.expect("offset=-1").then(Reply.json("a").part("[]").upToDate());
        server.expect("live=sse&offset=a")
                .then(Reply.sse()
                        .pause(Duration.ofSeconds(60))
                        .part("event: control\ndata: {\"streamNextOffset\":\"a\"," + "\"upToDate\":true}\n\n"));
        server.expect("live=sse&offset=a").then(Reply.sse().open());

        TestSubscriber<?> reading =
                subscribe(reader(ReaderSettings.DEFAULT).live(LiveMode.SSE).batches());
        server.advance(Duration.ofSeconds(60));
        reading.cancel();

        assertThat(heard)
                .containsExactly(
                        "2 bytes", "0 items", "up to date", "live", "63 bytes", "up to date", "ROTATION 0", "ended");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadThatIsCancelledAsItGoesLiveIsNotCountedForEver(boolean before) {
        server.expect("offset=-1").then(Reply.json("a").part("[]").upToDate());
        server.expect("live=sse&offset=a").then(Reply.none());
        AtomicReference<TestSubscriber<?>> reading = new AtomicReference<>();
        Recorder recorder = new Recorder() {
            @Override
            public void liveReadStarted(URI url) {
                super.liveReadStarted(url);
                reading.get().cancel();
            }
        };
        Scheduler time = askedFor(server.time, () -> {
            if (before && heard.contains("up to date")) {
                reading.get().cancel();
            }
        });

        reading.set(subscribeIdly(
                TestClients.over(server, new Timing(Clock.systemUTC(), time, () -> 0.5))
                        .readMetrics(recorder)
                        .build()
                        .stream(ScriptedTransport.URL)
                        .reader(Integer.class)
                        .live(LiveMode.SSE)
                        .batches()));
        reading.get().request(10);

        assertThat(heard)
                .startsWith("2 bytes", "0 items", "up to date")
                .endsWith(before ? "up to date" : "ended")
                .hasSize(before ? 3 : 5);
    }

    /** A scheduler that does something whenever it is asked for the time. */
    private static Scheduler askedFor(Scheduler time, Runnable action) {
        return (Scheduler) Proxy.newProxyInstance(
                Scheduler.class.getClassLoader(), new Class<?>[] {Scheduler.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("now")) {
                        action.run();
                    }
                    return method.invoke(time, arguments);
                });
    }

    @Test
    void tellsThatTheConnectionsForLiveReadsAreUsedUp() {
        server.expect("offset=-1").then(Reply.json("a").part("[]").upToDate());
        server.expect("live=sse&offset=a").then(Reply.failure(NoAnswer.poolExhausted(new IOException("no room"))));

        TestSubscriber<?> reading =
                subscribe(reader(ReaderSettings.DEFAULT).live(LiveMode.SSE).batches());

        assertThat(reading.expectTerminalError()).isInstanceOf(LiveConnectionsExhaustedException.class);
        assertThat(heard).containsExactly("2 bytes", "0 items", "up to date", "live", "exhausted", "ended");
    }

    @Test
    void tellsWhyAReadStartsAgain() {
        server.expect("offset=-1").then(Reply.json("m").part("[1]"));
        server.expect("offset=m").then(Reply.json("c").part("[2]"));
        server.expect("offset=-1").then(Reply.json("c").part("[2]"));
        server.expect("offset=c").then(Reply.status(410));
        server.expect("offset=-1").then(Reply.status(404));
        server.expect("offset=-1").then(Reply.json("c").part("[]").closed());

        subscribe(reader(ReaderSettings.DEFAULT
                        .withWhenGone(RestartPolicy.FROM_BEGINNING)
                        .withWhenRecreated(RestartPolicy.FROM_BEGINNING))
                .onError(failure -> Mono.just(RequestChanges.NONE))
                .batches());
        server.advance(Backoffs.FIRST);
        server.advance(Backoffs.SECOND);

        assertThat(heard)
                .filteredOn(event -> !event.endsWith("bytes") && !event.endsWith("items"))
                .containsExactly("RECREATED 50", "GONE 50", "RECOVERY 0", "up to date");
    }
}
