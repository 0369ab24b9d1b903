package io.durablestreams.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import io.durablestreams.client.DurableStreamException.Failure;
import io.durablestreams.client.StreamTransport.Answer;

/**
 * Sends the requests of all operations: adds the values that every request carries, and turns what went wrong into a
 * {@link DurableStreamException}.
 */
final class StreamRequests {

    private final StreamTransport transport;
    private final RequestValues values;
    private final RequestSettings settings;
    private final Timing timing;

    StreamRequests(StreamTransport transport, RequestValues values, RequestSettings settings, Timing timing) {
        this.transport = transport;
        this.values = values;
        this.settings = settings;
        this.timing = timing;
    }

    Timing timing() {
        return timing;
    }

    RequestSettings settings() {
        return settings;
    }

    /** Runs a task that may send requests, on a thread that must not block. */
    void execute(Runnable task) {
        transport.execute(task, timing.scheduler());
    }

    /**
     * Makes one attempt. An answer of another status than 200, 201 and 204 is signalled as its exception, as is the lack
     * of one.
     *
     * @param call the request
     * @param handler makes the result from the answer, whose body it must consume
     */
    <T> Flux<T> attempt(StreamCall call, Function<Answer, Publisher<T>> handler) {
        return values.resolve()
                .flatMapMany(resolved -> transport.exchange(
                        request(call, resolved),
                        answer -> isSuccess(answer.status())
                                ? handler.apply(answer)
                                : Answers.toError(call, answer, timing.clock().instant())))
                .onErrorMap(failure -> toStreamException(call, failure));
    }

    /**
     * Makes one attempt that must end within a time, and drops the body of its answer.
     *
     * @param call the request
     * @param timeout the longest wait for the answer
     * @param result makes the result from the head of the answer
     */
    <T> Mono<T> attempt(StreamCall call, Duration timeout, Function<Answer, T> result) {
        return attempt(
                        call,
                        answer -> Mono.fromSupplier(() -> result.apply(answer))
                                .delayUntil(ignored -> answer.body()
                                        .doOnNext(DataBufferUtils::release)
                                        .then()))
                // Not next(), whose cancellation would close the connection instead of giving it back.
                .single()
                // Not timeout(), for which a failure that comes at this very moment is an error to be logged.
                .takeUntilOther(Mono.delay(timeout, timing.scheduler()))
                .switchIfEmpty(Mono.error(() -> new TimeoutException("none within " + timeout)))
                .onErrorMap(failure -> toStreamException(call, failure));
    }

    /** Makes attempts as the settings say, as long as the failures are of the kind that may be retried. */
    <T> Mono<T> execute(StreamCall call, Predicate<TransientStreamException> mayRetry, Function<Answer, T> result) {
        return attempt(call, settings.timeout(), result)
                .retryWhen(Retry.from(signals -> signals.concatMap(signal -> {
                    Throwable failure = signal.failure();
                    if (failure instanceof TransientStreamException passing
                            && signal.totalRetries() < settings.maxRetries()
                            && !asksForTooLongAWait(passing)
                            && mayRetry.test(passing)) {
                        Duration delay = settings.backoff()
                                .delay(
                                        (int) signal.totalRetries(),
                                        timing.random().getAsDouble(),
                                        passing.retryAfter());
                        return Mono.delay(delay, timing.scheduler());
                    }
                    return Mono.error(failure);
                })));
    }

    private boolean asksForTooLongAWait(TransientStreamException failure) {
        Duration retryAfter = failure.retryAfter();
        return retryAfter != null && retryAfter.compareTo(settings.timeout()) > 0;
    }

    private static boolean isSuccess(int status) {
        return status == 200 || status == 201 || status == 204;
    }

    private static StreamTransport.Request request(StreamCall call, RequestValues.Resolved resolved) {
        HttpHeaders headers = resolved.headers();
        headers.putAll(call.headers());
        Map<String, String> parameters = resolved.parameters();
        parameters.putAll(call.parameters());
        return new StreamTransport.Request(
                call.method(), withQuery(call.url(), parameters), headers, call.body(), call.live());
    }

    private static URI withQuery(URI url, Map<String, String> parameters) {
        if (parameters.isEmpty()) {
            return url;
        }
        UriComponentsBuilder builder = UriComponentsBuilder.fromUri(url);
        parameters.forEach((name, value) -> builder.queryParam(encode(name), encode(value)));
        return builder.build(true).toUri();
    }

    /** Returns the text as it is written in a query. */
    static String encode(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }

    /** Turns whatever went wrong into an exception of the library; those that are already stay as they are. */
    static DurableStreamException toStreamException(StreamCall call, Throwable failure) {
        if (failure instanceof DurableStreamException known) {
            return known;
        }
        if (failure instanceof RequestValues.UnavailableValueException unavailable) {
            String reason = String.valueOf(unavailable.getMessage());
            return new TransientStreamException(
                    Failure.of(call.operation(), call.url(), reason, unavailable.getCause()), null, true);
        }
        if (failure instanceof CancellationException refusal) {
            return new StreamRequestException(Failure.of(
                    call.operation(), call.url(), "the request was not sent: " + refusal.getMessage(), refusal));
        }
        if (failure instanceof TransportException noAnswer) {
            return noAnswer(call, noAnswer);
        }
        // Not its subclasses: a NumberFormatException is what broken chunks end in.
        if (failure.getClass() == IllegalArgumentException.class) {
            return new StreamRequestException(Failure.of(
                    call.operation(), call.url(), "the request cannot be made: " + failure.getMessage(), failure));
        }
        if (failure instanceof TimeoutException) {
            return new StreamTimeoutException(
                    Failure.of(call.operation(), call.url(), "no answer in time: " + failure.getMessage(), failure));
        }
        return new TransientStreamException(
                Failure.of(call.operation(), call.url(), "the connection failed: " + failure, failure), null, false);
    }

    private static DurableStreamException noAnswer(StreamCall call, TransportException failure) {
        Throwable cause = failure.getCause();
        if (failure.poolExhausted() && call.live()) {
            return new LiveConnectionsExhaustedException(Failure.of(
                    call.operation(),
                    call.url(),
                    "all connections for live reads are in use; end some of the reads, or allow for more connections"
                            + " (durable-streams.reader.max-live-connections, ConnectionSettings, or the pool of the"
                            + " liveWebClient): "
                            + cause,
                    cause));
        }
        String reason = failure.poolExhausted()
                ? "no connection became free in time: "
                : failure.requestSent() ? "the connection failed: " : "the server cannot be reached: ";
        return new TransientStreamException(
                Failure.of(call.operation(), call.url(), reason + cause, cause), null, !failure.requestSent());
    }
}
