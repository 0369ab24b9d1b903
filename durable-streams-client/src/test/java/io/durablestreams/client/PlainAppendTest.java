package io.durablestreams.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;

import io.durablestreams.protocol.Backoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A plain append is made again only after what proves that nothing was stored. */
class PlainAppendTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicInteger requests = new AtomicInteger();
    private final Deque<StreamTransport.Answer> answers = new ArrayDeque<>();

    private DurableStream stream(StreamTransport transport) {
        return new DefaultDurableStreamClientBuilder()
                        .transport(transport)
                        .requestSettings(RequestSettings.DEFAULT.withBackoff(
                                new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), 2)))
                        .build()
                        .stream("http://localhost/stream")
                        .withContentType("application/json");
    }

    private StreamTransport answering() {
        return new StreamTransport() {
            @Override
            public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                return Flux.defer(() -> {
                    requests.incrementAndGet();
                    return handler.apply(answers.remove());
                });
            }
        };
    }

    private void answer(int status, String header, String value) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(header, value);
        answers.add(new StreamTransport.Answer(status, headers, Flux.empty()));
    }

    @ParameterizedTest
    @CsvSource({"429, X-None", "429, Retry-After", "503, Retry-After"})
    void anAnswerOfOneWhoHasNotActedOnItIsFollowedByAnotherAttempt(int status, String header) {
        answer(status, header, "0");
        answer(204, "Stream-Next-Offset", "1");

        assertThat(stream(answering()).append(1).block(PATIENCE).nextOffset()).hasToString("1");
        assertThat(requests).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({"408, X-None", "408, Retry-After", "500, Retry-After", "502, X-None", "503, X-None", "504, Retry-After"
    })
    void anAnswerThatMayComeAfterTheAppendLeavesItsOutcomeUnknown(int status, String header) {
        answer(status, header, "0");

        assertThatThrownBy(() -> stream(answering()).append(1).block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining(Integer.toString(status))
                .hasMessageContaining("http://localhost/stream");
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "403", "413", "501"})
    void aRefusalIsFinal(int status) {
        answer(status, "X-None", "");

        assertThatThrownBy(() -> stream(answering()).append(1).block(PATIENCE))
                .isInstanceOf(StreamRequestException.class);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aRequestThatNeverLeftIsMadeAgainAndOneThatMayHaveIsNot() {
        List<TransportException> failures = List.of(
                new TransportException(new IOException("refused"), false),
                new TransportException(new IOException("reset"), true));
        StreamTransport failing = new StreamTransport() {
            @Override
            public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
                return Flux.defer(() -> Flux.error(failures.get(requests.getAndIncrement())));
            }
        };

        assertThatThrownBy(() -> stream(failing).append(1).block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining("reset");
        assertThat(requests).hasValue(2);
    }
}
