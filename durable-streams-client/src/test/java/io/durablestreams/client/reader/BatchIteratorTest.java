package io.durablestreams.client.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.SkippedTime;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.control;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Tag("sockets")
class BatchIteratorTest {

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = new SkippedTime().client().build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private StreamReader<Integer> reader() {
        return client.stream(server.url())
                .reader(Integer.class)
                .settings(ReaderSettings.DEFAULT
                        .withRequestTimeout(SkippedTime.A_DAY)
                        .withSseIdleTimeout(SkippedTime.A_DAY));
    }

    @Test
    void iteratesToTheEndOfALiveRead() {
        server.thenSend(caughtUp("a", "[1]")).thenSend(SSE + event("data", "[2]") + control("b") + closed("b"));
        List<Integer> items = new ArrayList<>();

        try (BatchIterator<Integer> batches = reader().live(LiveMode.SSE).iterate()) {
            while (batches.hasNext()) {
                items.addAll(batches.next().items());
            }
            assertThat(batches.hasNext()).isFalse();
            assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
        }

        assertThat(items).containsExactly(1, 2);
    }

    @Test
    void noRequestIsSentBeforeItsBatchIsAskedFor() {
        server.thenSend(answer("a", "[1]"));

        try (BatchIterator<Integer> batches = reader().iterate()) {
            assertThat(server.requests()).isEmpty();
            assertThat(batches.next().items()).containsExactly(1);
            assertThat(batches.toString()).isNotEmpty();
        }

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aFailureFollowsTheBatchesBeforeIt() {
        server.thenSend(answer("a", "[1]")).thenSend(status("404 Not Found"));

        try (BatchIterator<Integer> batches = reader().iterate()) {
            assertThat(batches.next().items()).containsExactly(1);
            assertThatThrownBy(batches::hasNext).isInstanceOf(StreamNotFoundException.class);
            assertThatThrownBy(batches::next).isInstanceOf(StreamNotFoundException.class);
        }
    }

    @Test
    void closingCancelsTheReadAndReleasesAThreadThatWaits() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        server.thenSend(caughtUp("a", "[]")).then(connection -> {
            connection.readRequest();
            connection.write(SSE);
            open.countDown();
            connection.awaitClose();
        });
        BatchIterator<Integer> batches = reader().live(LiveMode.SSE).iterate();
        assertThat(batches.next().isEmpty()).isTrue();

        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(batches::hasNext);
        assertThat(open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        batches.close();
        batches.close();

        assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void anInterruptEndsTheRead() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        server.then(connection -> {
            connection.readRequest();
            open.countDown();
            connection.awaitClose();
        });
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<String> failure = CompletableFuture.supplyAsync(() -> {
            thread.complete(Thread.currentThread());
            try (BatchIterator<Integer> batches = reader().iterate()) {
                return "next: " + batches.hasNext();
            } catch (IllegalStateException interrupted) {
                return interrupted.getMessage() + " " + Thread.interrupted();
            }
        });
        assertThat(open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).interrupt();

        assertThat(failure.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("Interrupted while waiting for a batch true");
    }

    @Test
    void aThreadThatMustNotBlockIsRefusedBeforeAnyRequest() {
        Mono<Boolean> refused =
                Mono.fromCallable(() -> reader().iterate().hasNext()).subscribeOn(Schedulers.parallel());

        assertThatThrownBy(() -> refused.block(PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not block");
        assertThat(server.requests()).isEmpty();
    }
}
