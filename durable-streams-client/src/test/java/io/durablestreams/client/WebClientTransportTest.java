package io.durablestreams.client;

import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

class WebClientTransportTest {

    private static final URI URL = URI.create("http://localhost/stream");

    private final TestSubscriber<DataBuffer> subscriber = TestSubscriber.create();

    private void exchange(Flux<DataBuffer> body) {
        exchange(Mono.just(ClientResponse.create(HttpStatus.OK).body(body).build()));
    }

    private void exchange(Mono<ClientResponse> response) {
        WebClient webClient =
                WebClient.builder().exchangeFunction(request -> response).build();
        new WebClientTransport(webClient, webClient)
                .exchange(
                        new StreamTransport.Request(HttpMethod.GET, URL, new HttpHeaders(), null, false),
                        StreamTransport.Answer::body)
                .subscribe(subscriber);
    }

    private static Mono<ClientResponse> noAnswer(Exception cause) {
        return Mono.error(new WebClientRequestException(cause, HttpMethod.GET, URL, new HttpHeaders()));
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

    @Test
    void aRequestThatCannotBeWrittenIsNoFailureOfTheConnection() {
        IllegalArgumentException refused = new IllegalArgumentException("a header name can only contain tokens");
        exchange(noAnswer(refused));

        assertThat(subscriber.expectTerminalError()).isSameAs(refused);
    }

    @Test
    void anAnswerThatCannotBeReadIsOneOfTheConnection() {
        exchange(noAnswer(new NumberFormatException("of a chunk")));

        assertThat(subscriber.expectTerminalError()).isInstanceOf(TransportException.class);
    }
}
