package io.durablestreams.client;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Real HTTP in which some requests never arrive, some answers are lost, and some are somebody else's. */
final class FaultyTransport implements StreamTransport {

    private final StreamTransport http = new WebClientTransport(WebClient.create(), WebClient.create());
    private final Function<Request, Fault> faults;

    /** What happens to a request. */
    enum Fault {
        NONE,
        NO_CONNECTION,
        LOST_BEFORE_THE_SERVER,
        ANSWER_LOST,
        ANSWER_503_WITHOUT_STORING,
        ANSWER_502_AFTER_STORING,
        NO_ANSWER_BEFORE_STORING,
        NO_ANSWER_AFTER_STORING,
        SLOW
    }

    /**
     * Creates a transport.
     *
     * @param faults decides what happens to a POST request; others pass
     */
    FaultyTransport(Function<Request, Fault> faults) {
        this.faults = faults;
    }

    @Override
    public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
        return Flux.<T>defer(() -> {
            Fault fault = request.method() == HttpMethod.POST ? faults.apply(request) : Fault.NONE;
            IOException reset = new IOException("connection reset by the test");
            return switch (fault) {
                case NONE -> http.exchange(request, handler);
                case NO_CONNECTION -> Flux.error(new TransportException(reset, false));
                case LOST_BEFORE_THE_SERVER -> Flux.error(new TransportException(reset, true));
                case ANSWER_LOST -> this.<T>stored(request).concatWith(Flux.error(new TransportException(reset, true)));
                case ANSWER_503_WITHOUT_STORING -> Flux.from(handler.apply(answer(503)));
                case ANSWER_502_AFTER_STORING ->
                    this.<T>stored(request).concatWith(Flux.defer(() -> handler.apply(answer(502))));
                case NO_ANSWER_BEFORE_STORING -> Flux.never();
                case NO_ANSWER_AFTER_STORING -> this.<T>stored(request).concatWith(Flux.never());
                case SLOW -> http.exchange(request, handler).delaySubscription(Duration.ofMillis(10));
            };
        });
    }

    @Override
    public void onSendingThread(Runnable task, Scheduler scheduler) {
        http.onSendingThread(task, scheduler);
    }

    private <T> Flux<T> stored(Request request) {
        return http.exchange(
                request,
                answer -> answer.body().doOnNext(DataBufferUtils::release).thenMany(Flux.<T>empty()));
    }

    private static Answer answer(int status) {
        HttpHeaders headers = new HttpHeaders();
        if (status == 503) {
            headers.set(HttpHeaders.RETRY_AFTER, "0");
        }
        return new Answer(status, headers, Flux.<DataBuffer>empty());
    }
}
