package io.durablestreams.client.reader;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.LeakDetection;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Reads that another thread cancels when an answer is there and nobody has got hold of it yet. */
@Tag("sockets")
class CancelledAnswerTest {

    @RegisterExtension
    static final LeakDetection leaks = LeakDetection.always();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final Disposable.Swap reading = Disposables.swap();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    /** Holds up an answer until another thread has cancelled. */
    private final WebClient cancelling = WebClient.builder()
            .clientConnector(
                    new ReactorClientHttpConnector(HttpClient.newConnection().mapConnect(this::cancelBeforeTheAnswer)))
            .build();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .webClient(WebClient.create())
            .liveWebClient(cancelling)
            .build();

    private Mono<? extends Connection> cancelBeforeTheAnswer(Mono<? extends Connection> answer) {
        return answer.doOnNext(connection -> {
            CountDownLatch disposed = new CountDownLatch(1);
            Schedulers.boundedElastic().schedule(() -> {
                reading.dispose();
                disposed.countDown();
            });
            await(disposed);
            cancelled.countDown();
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private void follow(LiveMode mode) {
        reading.update(client.stream(server.url())
                .reader(Integer.class)
                .live(mode)
                .items()
                .subscribe(item -> {}));
        await(cancelled);
    }

    @RepeatedTest(10)
    void noBufferIsLost() {
        server.thenSend(caughtUp("a", "[]")).thenSend(caughtUp("b", "[1,2,3]"));

        follow(LiveMode.LONG_POLL);
    }

    @Test
    void theConnectionIsClosed() {
        server.thenSend(caughtUp("a", "[]")).then(connection -> {
            connection.readRequest();
            connection.write(SSE + control("a"));
            connection.awaitClose();
        });

        follow(LiveMode.SSE);
    }
}
