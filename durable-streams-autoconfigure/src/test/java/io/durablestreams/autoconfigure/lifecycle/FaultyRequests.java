package io.durablestreams.autoconfigure.lifecycle;

import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;

/** Stands between a client and its server, and does to the requests of one producer, one by one, what it was told to. */
public final class FaultyRequests implements ExchangeFilterFunction {

    private final String producerId;
    private final Queue<ExchangeFilterFunction> effects = new ConcurrentLinkedQueue<>();

    public FaultyRequests(String producerId) {
        this.producerId = producerId;
    }

    /** What can go wrong with a request. */
    public enum Fault implements ExchangeFilterFunction {
        NO_CONNECTION((request, next) -> failure(request, new ConnectException("refused by the test"))),
        ANSWER_LOST((request, next) -> next.exchange(request)
                .flatMap(ClientResponse::releaseBody)
                .then(failure(request, new IOException("reset by the test")))),
        ANSWER_503((request, next) -> answer(HttpStatus.SERVICE_UNAVAILABLE)),
        ANSWER_429((request, next) -> answer(HttpStatus.TOO_MANY_REQUESTS)),
        ANSWER_OF_NO_STREAM_SERVER((request, next) -> answer(HttpStatus.OK));

        private final ExchangeFilterFunction effect;

        Fault(ExchangeFilterFunction effect) {
            this.effect = effect;
        }

        @Override
        public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
            return effect.filter(request, next);
        }

        private static Mono<ClientResponse> failure(ClientRequest request, IOException cause) {
            return Mono.error(new WebClientRequestException(cause, request.method(), request.url(), request.headers()));
        }

        private static Mono<ClientResponse> answer(HttpStatus status) {
            return Mono.just(ClientResponse.create(status).build());
        }
    }

    /** Says what becomes of the next requests; those after them pass. */
    public void next(ExchangeFilterFunction... upcoming) {
        effects.addAll(List.of(upcoming));
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        boolean meant = producerId.equals(request.headers().getFirst("Producer-Id"));
        ExchangeFilterFunction effect = meant ? effects.poll() : null;
        return effect == null ? next.exchange(request) : effect.filter(request, next);
    }
}
