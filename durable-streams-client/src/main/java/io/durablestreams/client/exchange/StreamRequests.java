package io.durablestreams.client.exchange;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import io.durablestreams.client.error.ConnectionsExhaustedException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.AttemptProgress.Limits;
import io.durablestreams.client.exchange.StreamTransport.Answer;

/**
 * Sends the requests of all operations. Adds the values that every request carries, and converts failures to {@link
 * DurableStreamException}s.
 */
public final class StreamRequests {

    /** After this number of consecutive attempts for which no connection became free, a request fails. */
    private static final int MAX_REFUSALS = 20;

    private final StreamTransport transport;
    private final RequestValues values;
    private final RequestSettings settings;
    private final Timing timing;
    private final FailureLog failures;

    public StreamRequests(
            StreamTransport transport,
            RequestValues values,
            RequestSettings settings,
            Timing timing,
            FailureLog failures) {
        this.transport = transport;
        this.values = values;
        this.settings = settings;
        this.timing = timing;
        this.failures = failures;
    }

    public Timing timing() {
        return timing;
    }

    /** Returns the log of failures that the caller does not get. */
    public FailureLog failures() {
        return failures;
    }

    public RequestSettings settings() {
        return settings;
    }

    /** Returns the longest wait for a connection, see {@link StreamTransport#connectionTimeout()}. */
    public Duration connectionTimeout() {
        return transport.connectionTimeout();
    }

    /** Runs a task that may send requests on a thread that must not block. */
    public void onSendingThread(Runnable task) {
        transport.onSendingThread(task, timing.scheduler());
    }

    /**
     * Makes one attempt. An error response and a missing response are signalled as exceptions.
     *
     * @param call the request
     * @param progress learns how far the attempt has come
     * @param handler creates the result from the response, and must consume its body. A failure of the result closes
     *     the connection
     */
    public <T> Flux<T> attempt(StreamCall call, AttemptProgress progress, Function<Answer, Publisher<T>> handler) {
        return exchange(
                call,
                progress,
                answer -> Answers.isSuccess(call, answer.status())
                        ? handler.apply(answer)
                        : StreamFailures.signal(call, answer, timing));
    }

    /**
     * Makes one attempt with a timeout, and drops the body of the response. The outcome is known from the head. It does
     * not change if the body breaks off, or has not ended when the timeout expires.
     *
     * @param call the request
     * @param timeout the longest duration of each stage of the attempt
     * @param whole the longest duration of the attempt
     * @param result creates the result from the head of the response. An exception closes the connection
     */
    public <T> Mono<T> attempt(StreamCall call, Duration timeout, Duration whole, Function<Answer, T> result) {
        return attempt(call, new Limits(timeout, Duration.ZERO, whole), result);
    }

    private <T> Mono<T> attempt(StreamCall call, Limits limits, Function<Answer, T> result) {
        return Mono.defer(() -> attemptOnce(call, limits, result)); // A retry must know nothing of earlier attempts.
    }

    private <T> Mono<T> attemptOnce(StreamCall call, Limits limits, Function<Answer, T> result) {
        AttemptProgress progress = new AttemptProgress(timing);
        AtomicReference<Mono<T>> known =
                new AtomicReference<>(Mono.error(() -> progress.timeout("none within " + limits.stage())));
        return exchange(call, progress, answer -> {
                    if (!Answers.isSuccess(call, answer.status())) {
                        known.set(Mono.error(() -> StreamFailures.of(call, answer, timing)));
                        return StreamFailures.<T>signal(call, answer, timing);
                    }
                    Mono<T> outcome = Mono.just(result.apply(answer));
                    known.set(outcome);
                    return answer.body()
                            .doOnNext(DataBufferUtils::release)
                            .then()
                            .onErrorComplete(failure -> !(failure instanceof TwoAnswersException))
                            .then(outcome);
                })
                // Not next(), whose cancellation would close the connection instead of releasing it.
                .single()
                // Not timeout(), which logs a failure that arrives at the same moment as an error.
                .takeUntilOther(progress.expiry(limits))
                .switchIfEmpty(Mono.defer(known::get))
                .onErrorMap(failure -> StreamFailures.of(call, failure));
    }

    private <T> Flux<T> exchange(StreamCall call, AttemptProgress progress, Function<Answer, Publisher<T>> handler) {
        return values.resolve(progress)
                .flatMapMany(resolved -> {
                    progress.valuesKnown();
                    StreamTransport.Request request = request(call, resolved, progress);
                    return ApplicationCode.flux(() -> transport.exchange(request, handler));
                })
                .onErrorMap(failure -> StreamFailures.of(call, failure));
    }

    /**
     * Makes attempts as the settings say. If credentials are refused (401) and the application computes values for each
     * attempt, a few more attempts are made, because nothing was executed and the values may be new.
     *
     * @param call the request
     * @param mayRetry returns whether the request may be repeated after a failure
     * @param result creates the result from the head of the response
     */
    public <T> Mono<T> withRetries(
            StreamCall call, Predicate<DurableStreamException> mayRetry, Function<Answer, T> result) {
        return Mono.defer(() -> {
            Attempts failed = new Attempts(new AtomicInteger(), new AtomicInteger(), new RefusedCredentials());
            Limits limits = limits();
            return attempt(call, limits, result)
                    .retryWhen(Retry.from(signals -> signals.concatMap(signal -> {
                        Throwable failure = signal.failure();
                        if (values.mayChange() && failed.credentials().mayAskAgain(failure)) {
                            return delay(failed.failures().getAndIncrement(), (DurableStreamException) failure);
                        }
                        return failure instanceof DurableStreamException known && mayRetry.test(known)
                                ? retry(failed, known)
                                : Mono.error(failure);
                    })));
        });
    }

    /** Makes one attempt with the timeout of the settings, and does not repeat it. */
    public <T> Mono<T> once(StreamCall call, Function<Answer, T> result) {
        return attempt(call, limits(), result);
    }

    private Limits limits() {
        return new Limits(settings.timeout(), connectionTimeout(), Limits.UNLIMITED);
    }

    /**
     * Counts the responses that credentials are missing or not accepted (401). A few of them are followed by another
     * attempt, because headers are computed for every attempt. Not thread-safe.
     */
    public static final class RefusedCredentials {

        private static final int MAX_ATTEMPTS_MORE = 3;
        private static final int UNAUTHORIZED = 401;

        private int count;

        /** Returns whether the failure is such a response. */
        public static boolean is(Throwable failure) {
            return failure instanceof DurableStreamException known && Objects.equals(known.status(), UNAUTHORIZED);
        }

        /** Counts the failure if it is such a response. Returns whether another attempt may follow. */
        public boolean mayAskAgain(Throwable failure) {
            return is(failure) && count++ < MAX_ATTEMPTS_MORE;
        }
    }

    /** The failures of one request. Attempts without a free connection, and with refused credentials, have other limits. */
    private record Attempts(AtomicInteger failures, AtomicInteger refusals, RefusedCredentials credentials) {}

    private Mono<Long> retry(Attempts failed, DurableStreamException failure) {
        if (failure instanceof ConnectionsExhaustedException) {
            int refusals = failed.refusals().getAndIncrement();
            return refusals < MAX_REFUSALS ? delay(refusals, failure) : Mono.error(failure);
        }
        int retries = failed.failures().getAndIncrement();
        return retries < settings.maxRetries() ? delay(retries, failure) : Mono.error(failure);
    }

    private Mono<Long> delay(int retries, DurableStreamException failure) {
        Duration retryAfter = null;
        if (failure instanceof TransientStreamException passing) {
            retryAfter = passing.retryAfter();
            if (retryAfter != null && retryAfter.compareTo(settings.timeout()) > 0) {
                return Mono.error(tooLong(passing));
            }
        }
        Duration delay = settings.backoff().delay(retries, timing.random().getAsDouble(), retryAfter);
        return Mono.delay(delay, timing.scheduler());
    }

    private TransientStreamException tooLong(TransientStreamException failure) {
        String reason = failure.reason() + "; requests wait for up to " + settings.timeout()
                + " (timeout of RequestSettings, durable-streams.request.timeout)";
        Failure description =
                new Failure(failure.operation(), failure.url(), failure.status(), reason, failure.getCause());
        return new TransientStreamException(description, failure.retryAfter(), failure.nothingStored());
    }

    private static StreamTransport.Request request(
            StreamCall call, RequestValues.Resolved resolved, AttemptProgress progress) {
        HttpHeaders headers = resolved.headers();
        headers.putAll(call.headers());
        Map<String, String> parameters = resolved.parameters();
        parameters.putAll(call.parameters());
        return new StreamTransport.Request(
                call.method(), withQuery(call.url(), parameters), headers, call.body(), call.live(), progress);
    }

    private static URI withQuery(URI url, Map<String, String> parameters) {
        if (parameters.isEmpty()) {
            return url;
        }
        // Not with a builder of URLs, which would change the path: "//" would become "/".
        StringJoiner query = new StringJoiner("&", url + "?", "");
        parameters.forEach((name, value) -> query.add(encode(name) + "=" + encode(value)));
        return URI.create(query.toString());
    }

    /** Returns the text in the encoding of a query. */
    public static String encode(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }
}
