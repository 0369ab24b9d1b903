package io.durablestreams.client.reader;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.TestClients;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.protocol.StreamHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/** An answer that comes on another thread while the reader still asks for it, again and again. */
class ReadRaceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ROUNDS = 50_000;

    private final AtomicReference<@Nullable CoreSubscriber<?>> asking = new AtomicReference<>();
    private final Thread connection = new Thread(this::endWhatIsAskedFor, "connection");
    private volatile boolean over;

    @BeforeEach
    void connect() {
        connection.start();
    }

    @AfterEach
    void disconnect() throws Exception {
        over = true;
        connection.join(PATIENCE.toMillis());
    }

    /** Ends each body at another moment after its subscription. */
    private void endWhatIsAskedFor() {
        for (int round = 0; !over; Thread.onSpinWait()) {
            CoreSubscriber<?> body = asking.getAndSet(null);
            if (body != null) {
                round++;
                for (int i = 0; i < round % 200; i++) {
                    Thread.onSpinWait();
                }
                body.onComplete();
            }
        }
    }

    @Test
    void theEndOfAnEmptyAnswerIsNeverMissed() {
        StreamReader<byte[]> reader = TestClients.over(
                        new EmptyAnswers(), new Timing(Clock.systemUTC(), Schedulers.parallel(), () -> 0.5))
                .build()
                .stream(URI.create("http://raced/stream"))
                .reader(byte[].class);

        for (int round = 0; round < ROUNDS; round++) {
            assertThat(reader.collect().block(PATIENCE)).isEmpty();
        }
    }

    private final class EmptyAnswers implements StreamTransport {

        private final HttpHeaders headers = new HttpHeaders();

        EmptyAnswers() {
            headers.set(StreamHeaders.CONTENT_TYPE, "application/octet-stream");
            headers.set(StreamHeaders.STREAM_NEXT_OFFSET, "0");
            headers.set(StreamHeaders.STREAM_UP_TO_DATE, StreamHeaders.TRUE);
        }

        @Override
        public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
            return Flux.from(handler.apply(new Answer(200, headers, new EmptyBody())));
        }
    }

    private final class EmptyBody extends Flux<DataBuffer> {

        @Override
        public void subscribe(CoreSubscriber<? super DataBuffer> body) {
            body.onSubscribe(Operators.emptySubscription());
            asking.set(body);
        }
    }
}
