package io.durablestreams.client.exchange;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

class WebClientTransportTest {

    private final TestSubscriber<DataBuffer> subscriber = TestSubscriber.create();

    private void exchange(Flux<DataBuffer> body) {
        exchange(HttpStatus.OK, body);
    }

    private void exchange(HttpStatus status, Flux<DataBuffer> body) {
        WebClient webClient = WebClient.builder()
                .exchangeFunction(request ->
                        Mono.just(ClientResponse.create(status).body(body).build()))
                .build();
        new WebClientTransport(webClient, webClient, Duration.ZERO)
                .exchange(
                        new StreamTransport.Request(
                                HttpMethod.GET,
                                URI.create("http://localhost/stream"),
                                new HttpHeaders(),
                                null,
                                false,
                                new AttemptProgress(Timing.system())),
                        StreamTransport.Answer::body)
                .subscribe(subscriber);
    }

    @Test
    void aBodyThatWasReleasedForACancelThatOvertookItIsNotReleasedAgain() {
        AtomicInteger subscriptions = new AtomicInteger();
        exchange(Flux.defer(() -> {
            subscriptions.incrementAndGet();
            subscriber.cancel();
            return Flux.error(new IllegalStateException("released already"));
        }));

        assertThat(subscriptions).hasValue(1);
    }

    @Test
    void aBodyThatFailsIsAnError() {
        exchange(Flux.error(new IllegalStateException("cut")));

        assertThat(subscriber.expectTerminalError()).hasMessage("cut");
    }

    /** As connectors do that know nothing of informational answers; cancelling makes them close the connection. */
    @ParameterizedTest
    @EnumSource(
            value = HttpStatus.class,
            names = {"CONTINUE", "SWITCHING_PROTOCOLS", "PROCESSING", "EARLY_HINTS"})
    void anInformationalAnswerIsNoneAndItsBodyIsCancelled(HttpStatus status) {
        AtomicInteger cancellations = new AtomicInteger();
        Sinks.Many<DataBuffer> once = Sinks.many().unicast().onBackpressureBuffer();
        exchange(status, once.asFlux().doOnCancel(cancellations::incrementAndGet));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(
                        TransportException.class,
                        failure -> assertThat(failure.requestSent()).isTrue())
                .hasMessageContaining(String.valueOf(status.value()));
        assertThat(cancellations).hasValue(1);
    }
}
