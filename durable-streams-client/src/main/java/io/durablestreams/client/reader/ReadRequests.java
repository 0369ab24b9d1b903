package io.durablestreams.client.reader;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.error.UnreadableMessageException;
import io.durablestreams.client.exchange.Answers;
import io.durablestreams.client.exchange.AttemptProgress;
import io.durablestreams.client.exchange.FailureLog;
import io.durablestreams.client.exchange.StreamCall;
import io.durablestreams.client.exchange.StreamFailures;
import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.message.ItemType;
import io.durablestreams.client.metrics.GuardedRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamParameters;
import io.durablestreams.protocol.reader.ReadStep;

/** Sends the requests of one session. */
final class ReadRequests {

    private final URI url;
    private final StreamRequests requests;
    private final GuardedRecorder<ReadMetricsRecorder> metrics;
    private final ReaderSettings settings;
    private RequestChanges changes = RequestChanges.NONE;

    ReadRequests(
            URI url, StreamRequests requests, GuardedRecorder<ReadMetricsRecorder> metrics, ReaderSettings settings) {
        this.url = url;
        this.requests = requests;
        this.metrics = metrics;
        this.settings = settings;
    }

    URI url() {
        return url;
    }

    /** Records an event of the stream. */
    void record(BiConsumer<ReadMetricsRecorder, URI> event) {
        metrics.record(recorder -> event.accept(recorder, url));
    }

    ReaderSettings settings() {
        return settings;
    }

    FailureLog failures() {
        return requests.failures();
    }

    Timing timing() {
        return requests.timing();
    }

    /** Sets the changes of all further requests. */
    void change(RequestChanges changes) {
        this.changes = changes;
    }

    /**
     * Sends a request and returns the body of its response, one buffer for each that is requested. Silence while there
     * is demand fails with a timeout.
     *
     * @param step the request
     * @param head receives the head of the response. An exception fails the exchange
     */
    Flux<DataBuffer> send(ReadStep.Request step, Consumer<Answer> head) {
        AttemptProgress progress = new AttemptProgress(timing());
        IdleGuard.Limits limits =
                new IdleGuard.Limits(headTimeout(step.live()), bodyTimeout(step.live()), requests.connectionTimeout());
        IdleGuard guard = new IdleGuard(limits, progress, timing().scheduler());
        StreamCall call = call(step);
        // The head is processed when the body is subscribed to, because only cancelling a subscription closes the
        // connection.
        return guard.guard(requests.attempt(
                call,
                progress,
                answer -> answer.body().doOnSubscribe(subscription -> {
                    if (guard.answered()) {
                        Answers.requireUncompressed(call, answer);
                        head.accept(answer);
                    }
                })));
    }

    private StreamCall call(ReadStep.Request step) {
        Map<String, String> parameters = new TreeMap<>(changes.parameters());
        parameters.put(StreamParameters.OFFSET, step.offset().value());
        if (step.cursor() != null) {
            parameters.put(StreamParameters.CURSOR, step.cursor());
        }
        HttpHeaders headers = new HttpHeaders();
        changes.headers().forEach(headers::set);
        if (step.live() == LiveMode.LONG_POLL) {
            parameters.put(StreamParameters.LIVE, StreamParameters.LONG_POLL);
        }
        if (step.live() == LiveMode.SSE) {
            parameters.put(StreamParameters.LIVE, StreamParameters.SSE);
            headers.set(HttpHeaders.ACCEPT, StreamFormat.TEXT_EVENT_STREAM);
        }
        boolean live = step.live() != LiveMode.OFF;
        return new StreamCall(StreamOperation.READ, HttpMethod.GET, url, headers, parameters, null, live);
    }

    private Duration headTimeout(LiveMode live) {
        return live == LiveMode.LONG_POLL
                ? settings.timeouts().longPollTimeout()
                : settings.timeouts().requestTimeout();
    }

    private Duration bodyTimeout(LiveMode live) {
        return live == LiveMode.SSE ? settings.timeouts().sseIdleTimeout() : headTimeout(live);
    }

    Failure failure(String reason) {
        return Failure.of(StreamOperation.READ, url, reason);
    }

    /** Converts a failure of an exchange to an exception of the library. */
    DurableStreamException toStreamException(ReadStep.Request step, Throwable failure) {
        DurableStreamException translated = StreamFailures.of(call(step), failure);
        if (translated instanceof TransientStreamException && StreamFailures.isEnded(translated)) {
            return new StreamRequestException(new Failure(
                    translated.operation(), url, translated.status(), translated.reason(), translated.getCause()));
        }
        Duration limit = settings.retries().maxRetryAfter();
        return translated instanceof TransientStreamException passing
                        && passing.retryAfter() != null
                        && passing.retryAfter().compareTo(limit) > 0
                ? new TransientStreamException(tooLong(passing, limit), passing.retryAfter(), passing.nothingStored())
                : translated;
    }

    private static Failure tooLong(TransientStreamException passing, Duration limit) {
        String reason = passing.reason() + "; reads wait for up to " + limit
                + " (maxRetryAfter, durable-streams.reader.max-retry-after)";
        return new Failure(passing.operation(), passing.url(), passing.status(), reason, passing.getCause());
    }

    /** Converts a failure to read a response to an exception of the library. */
    DurableStreamException unreadable(Offset offset, ItemType<?> itemType, Throwable failure) {
        return StreamFailures.unreadable(url, offset, itemType.toString(), failure);
    }

    /** Returns the exception for a message that cannot be read. */
    UnreadableMessageException unreadableMessage(
            UnreadableMessageException.Message message, String itemType, Throwable failure) {
        return StreamFailures.unreadableMessage(url, itemType, message, failure);
    }

    /** Converts an error of a recovery of the application to an exception of the library. */
    DurableStreamException notRecovered(Throwable error) {
        return new StreamRequestException(
                Failure.of(StreamOperation.READ, url, "the recovery of the application failed: " + error, error));
    }

    /** Returns the exception for a recovery of the application that has not answered within the request timeout. */
    DurableStreamException notRecoveredInTime(DurableStreamException failure) {
        String reason = "the recovery of the application has not answered within "
                + settings.timeouts().requestTimeout() + "; it was asked about: " + failure.getMessage();
        return new StreamRequestException(Failure.of(StreamOperation.READ, url, reason, failure));
    }

    /** Returns the next offset of a response. Fails if there is none. */
    Offset requireNextOffset(Answer answer) {
        return Answers.requireNextOffset(
                new StreamCall(StreamOperation.READ, HttpMethod.GET, url, new HttpHeaders(), null), answer);
    }
}
