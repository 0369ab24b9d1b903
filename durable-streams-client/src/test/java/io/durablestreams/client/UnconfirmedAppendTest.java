package io.durablestreams.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;

import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.fixture.FaultyTransport;
import io.durablestreams.client.fixture.FaultyTransport.Fault;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.producer.IdempotentProducer;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An answer of success that lacks what confirms the append or the close does not say that nothing was stored. */
class UnconfirmedAppendTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private final DurableStream stream = server.newStream(StreamSpec.json());

    @Test
    void theOutcomeOfAnAppendIsUnknownWithoutItsOffset() {
        DurableStream withoutOffsets = over(new WithoutHeader("Stream-Next-Offset", Fault.NONE));

        assertThatThrownBy(() -> withoutOffsets.append("message").block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining("Stream-Next-Offset");

        assertThatTheStreamHolds("message");
    }

    @Test
    void theOutcomeOfAClosingAppendIsUnknownWithoutItsConfirmation() {
        DurableStream withoutCloses = over(new WithoutHeader("Stream-Closed", Fault.NONE));

        assertThatThrownBy(() -> withoutCloses.closeStream("last").block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining("Stream-Closed");

        assertThatTheStreamHolds("last");
    }

    @Test
    void theLastMessageOfAProducerIsStoredAlthoughTheCloseIsNotConfirmed() {
        assertThatTheLastMessageIsStored(Fault.NONE);
    }

    @Test
    void theLastMessageOfAProducerIsStoredAlthoughTheCloseOfALostAttemptIsNotConfirmed() {
        assertThatTheLastMessageIsStored(Fault.ANSWER_LOST);
    }

    private void assertThatTheLastMessageIsStored(Fault first) {
        IdempotentProducer producer =
                over(new WithoutHeader("Stream-Closed", first)).producer("p");

        assertThatThrownBy(() -> producer.closeStream("last").block(PATIENCE))
                .isInstanceOfSatisfying(
                        StreamProtocolException.class,
                        failure -> assertThat(failure.operation()).isEqualTo(StreamOperation.CLOSE))
                .hasMessageContaining("Stream-Closed")
                .hasMessageContaining("the last message, if there was one, is stored");

        assertThatTheStreamHolds("last");
        assertThat(stream.head().block(PATIENCE).closed()).isFalse();
        stream.closeStream().block(PATIENCE);
    }

    private void assertThatTheStreamHolds(String message) {
        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly(message);
    }

    private DurableStream over(StreamTransport transport) {
        return TestClients.over(transport).build().stream(stream.url()).withContentType("application/json");
    }

    /** A proxy that lets a header through in neither direction, behind which something happens to the first request. */
    private static final class WithoutHeader implements StreamTransport {

        private final String name;
        private final StreamTransport http;

        WithoutHeader(String name, Fault first) {
            AtomicInteger requests = new AtomicInteger();
            this.name = name;
            this.http = new FaultyTransport(request -> requests.getAndIncrement() == 0 ? first : Fault.NONE);
        }

        @Override
        public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
            return http.exchange(
                    new Request(
                            request.method(),
                            request.url(),
                            without(request.headers()),
                            request.body(),
                            request.live(),
                            request.progress()),
                    answer -> handler.apply(new Answer(answer.status(), without(answer.headers()), answer.body())));
        }

        private HttpHeaders without(HttpHeaders headers) {
            HttpHeaders rest = new HttpHeaders();
            rest.putAll(headers);
            rest.remove(name);
            return rest;
        }
    }
}
