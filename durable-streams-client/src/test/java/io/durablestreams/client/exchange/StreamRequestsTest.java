package io.durablestreams.client.exchange;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.StreamTimeoutException;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

class StreamRequestsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Throwable> dropped = new ArrayList<>();

    @BeforeEach
    void watch() {
        Hooks.onErrorDropped(dropped::add);
    }

    @AfterEach
    void stopWatching() {
        Hooks.resetOnErrorDropped();
    }

    /** Fails at the very moment at which the request is given up. */
    private final class FailingTooLate implements StreamTransport {

        @Override
        public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
            return Flux.from(subscriber -> subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long demand) {
                    time.advanceTimeBy(TIMEOUT);
                    subscriber.onError(new TransportException(new IOException("reset"), true));
                }

                @Override
                public void cancel() {}
            }));
        }
    }

    @Test
    void aFailureThatComesAsTheTimeIsUpIsNoErrorOfItsOwn() {
        DurableStream stream = TestClients.over(new FailingTooLate(), new Timing(Clock.systemUTC(), time, () -> 0.5))
                .requestSettings(RequestSettings.DEFAULT.withTimeout(TIMEOUT).withMaxRetries(0))
                .build()
                .stream("http://localhost/stream");

        StepVerifier.create(stream.delete())
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(StreamTimeoutException.class)
                        .hasMessageContaining("http://localhost/stream"))
                .verify(PATIENCE);
        assertThat(dropped).as("what would be logged as an error").isEmpty();
    }
}
