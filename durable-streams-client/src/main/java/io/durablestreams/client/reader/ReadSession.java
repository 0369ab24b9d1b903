package io.durablestreams.client.reader;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

import io.durablestreams.client.error.ConnectionsExhaustedException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.LiveConnectionsExhaustedException;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamTimeoutException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.error.UnreadableMessageException;
import io.durablestreams.client.exchange.ApplicationCode;
import io.durablestreams.client.exchange.FailureLog;
import io.durablestreams.client.exchange.StreamFailures;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.message.ItemDecoder;
import io.durablestreams.client.message.ItemDecoder.Taken;
import io.durablestreams.client.message.ItemDecoder.Unread;
import io.durablestreams.client.message.ItemType;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder.Cause;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadAnswer;
import io.durablestreams.protocol.reader.ReadFailure;
import io.durablestreams.protocol.reader.ReadFailure.Outlook;
import io.durablestreams.protocol.reader.ReadPolicy;
import io.durablestreams.protocol.reader.ReadState;
import io.durablestreams.protocol.reader.ReadStep;
import io.durablestreams.protocol.sse.ControlEvent;

/**
 * One subscription of a reader. It carries out the steps that {@link ReadState} decides, one exchange after another,
 * and reports their results back.
 *
 * <p>All fields except {@code following} are used by one signal at a time, because the timer of an exchange is merged
 * with its signals before they arrive here.
 */
final class ReadSession<T> implements ReadProgress<T> {

    private static final Logger log = LoggerFactory.getLogger(StreamReader.class);
    /** The least time after which proxies end connections without data. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    private static final FailureLog.Kind RETRIES =
            new FailureLog.Kind(log, Level.WARN, "requests of readers failed and are repeated");
    private static final FailureLog.Kind SKIPS =
            new FailureLog.Kind(log, Level.WARN, "messages that cannot be read were skipped");

    private final ReadRequests requests;
    private final ItemType<T> itemType;
    private final Reactions<T> reactions;

    private ReadState state;
    private ReadStep step;
    private boolean exchangeEnded;
    private long startedNanos;
    private boolean hasHead;
    private @Nullable StreamFormat format;
    private @Nullable ItemDecoder<T> decoder;

    // Set to ENDED by the cancelling thread, possibly while the read becomes live.
    private final AtomicReference<Following> following = new AtomicReference<>(Following.NOT_YET);

    /**
     * The code of the application that decides about failures.
     *
     * @param recovery decides about failed requests, or null
     * @param unreadable decides about messages that cannot be read, or null for the policy of the settings
     */
    record Reactions<T>(
            @Nullable ReadRecovery recovery, @Nullable UnreadableMessageHandler<? extends T> unreadable) {}

    /** Whether the read is counted as live. */
    private enum Following {
        NOT_YET,
        LIVE,
        ENDED
    }

    ReadSession(ReadRequests requests, ItemType<T> itemType, ReadPolicy policy, Offset from, Reactions<T> reactions) {
        ReadState.Transition start = ReadState.start(policy, from);
        this.requests = requests;
        this.itemType = itemType;
        this.reactions = reactions;
        this.state = start.state();
        this.step = start.step();
    }

    /** Reads until there is no further step. Can be subscribed to once. */
    Flux<Batch<T>> batches() {
        return Flux.defer(this::perform)
                .repeat(() -> !(step instanceof ReadStep.Complete))
                .doFinally(signal -> ended());
    }

    private Flux<Batch<T>> perform() {
        if (step instanceof ReadStep.Request request) {
            // Hidden, because concatMap has a shortcut for a single value that does not wait for demand.
            Flux<Batch<T>> exchange = Flux.just(request).hide().concatMap(this::exchange, 0);
            return request.delay().isZero()
                    ? exchange
                    // Not thenMany(), which is a concat: see below.
                    : Mono.delay(request.delay(), requests.timing().scheduler()).flatMapMany(time -> exchange);
        }
        if (step instanceof ReadStep.Fail fail) {
            return Flux.error(new StreamProtocolException(requests.failure(fail.reason())));
        }
        return Flux.empty();
    }

    private void ended() {
        if (following.getAndSet(Following.ENDED) == Following.LIVE) {
            record((recorder, url) -> recorder.liveReadEnded(url));
        }
    }

    private Flux<Batch<T>> exchange(ReadStep.Request request) {
        begin(request);
        ReadBody<T> body = request.live() == LiveMode.SSE ? new SseBody<>(this) : new PagedBody<>(this, request);
        return requests.send(request, answer -> head(answer, body))
                // The end is a value like the others, because an error would overtake batches that are not consumed
                // yet. It is not concatenated, because Reactor's concat can lose demand that arrives when a source ends
                // without a value.
                .materialize()
                // Not in concatMap, because takeUntil looks at a value before it passes the value on: the exchange
                // would
                // end with the next signal, which an open connection may never send.
                .map(signal -> receive(signal, request, body))
                .takeUntil(received -> hasEnded())
                .concatMap(batches -> batches, 0)
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                .doOnDiscard(Signal.class, ReadSession::release);
    }

    private static void release(Signal<?> signal) {
        if (signal.get() instanceof DataBuffer buffer) {
            DataBufferUtils.release(buffer);
        }
    }

    private void begin(ReadStep.Request request) {
        exchangeEnded = false;
        startedNanos = requests.timing().nanos();
        hasHead = false;
        if (request.live() != LiveMode.OFF && following.get() == Following.NOT_YET) {
            goLive();
        }
        if (request.offset().isSentinel()) {
            format = null;
            decoder = null;
        }
    }

    private void goLive() {
        record((recorder, url) -> recorder.liveReadStarted(url));
        if (!following.compareAndSet(Following.NOT_YET, Following.LIVE)) {
            record((recorder, url) -> recorder.liveReadEnded(url));
        }
    }

    private void head(Answer answer, ReadBody<T> body) {
        try {
            body.head(answer);
            hasHead = true;
        } catch (Throwable failure) { // Reactor would not signal an error of a deserializer.
            throw requests.unreadable(state.position(), itemType, failure);
        }
    }

    private Flux<Batch<T>> receive(Signal<DataBuffer> signal, ReadStep.Request request, ReadBody<T> body) {
        Throwable failure = signal.getThrowable();
        if (failure != null) {
            return hasEnded() ? Flux.empty() : recover(request, failure);
        }
        List<Batch<T>> batches = new ArrayList<>(1);
        try {
            process(signal.get(), body, batches);
        } catch (Throwable unreadable) { // Reactor would not signal an error of a deserializer.
            return Flux.fromIterable(batches)
                    .concatWith(Flux.error(requests.unreadable(state.position(), itemType, unreadable)));
        }
        return batches.isEmpty() ? Flux.empty() : Flux.fromIterable(batches);
    }

    /** Processes the next bytes of the response, or its end. */
    private void process(@Nullable DataBuffer buffer, ReadBody<T> body, List<Batch<T>> batches) {
        if (buffer != null) {
            processBytes(buffer, body, batches);
        } else if (!hasEnded()) {
            body.end(batches);
        }
    }

    private void processBytes(DataBuffer buffer, ReadBody<T> body, List<Batch<T>> batches) {
        record((recorder, url) -> recorder.bytesReceived(url, buffer.readableByteCount()));
        try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
            while (parts.hasNext() && !hasEnded()) {
                body.data(parts.next(), batches);
            }
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    private Flux<Batch<T>> recover(ReadStep.Request request, Throwable cause) {
        DurableStreamException translated = requests.toStreamException(request, cause);
        if (translated instanceof ConnectionsExhaustedException) {
            log.debug("Waiting for a free connection again", translated);
            become(state.refused(random()));
            return step instanceof ReadStep.GiveUp ? giveUp(translated) : Flux.empty();
        }
        ReadFailure failure = new ReadFailure(
                outlook(translated),
                translated instanceof TransientStreamException passing ? passing.retryAfter() : null,
                translated.status(),
                hasHead,
                elapsed());
        if (translated instanceof LiveConnectionsExhaustedException) {
            record((recorder, url) -> recorder.liveConnectionsExhausted(url));
        }
        if (translated instanceof StreamGoneException) {
            go(Cause.GONE, state.gone(random()));
        } else {
            go(Cause.FAILURE, state.failed(failure, random()));
        }
        if (step instanceof ReadStep.GiveUp) {
            return giveUp(translated);
        }
        logRetry(request, translated);
        return Flux.empty();
    }

    private static Outlook outlook(DurableStreamException failure) {
        if (!(failure instanceof TransientStreamException)) {
            return Outlook.LASTING;
        }
        return StreamFailures.isIllegible(failure) ? Outlook.DOUBTFUL : Outlook.PASSING;
    }

    private void logRetry(ReadStep.Request request, DurableStreamException failure) {
        if (isIdleCut(request, failure)) {
            log.debug("Retrying from offset {}", state.position(), failure);
            return;
        }
        requests.failures()
                .add(
                        RETRIES,
                        1,
                        failure,
                        () -> "Retrying from offset " + state.position() + ": " + failure.getMessage());
    }

    /**
     * Proxies and servers end live connections that were silent for a while, some of them with an error. A server that is
     * away fails them sooner, again and again, or is not connected to.
     */
    private boolean isIdleCut(ReadStep.Request request, DurableStreamException failure) {
        if (failure instanceof TransientStreamException passing && passing.nothingStored()) {
            return false;
        }
        Duration least = state.failures() > 1 ? IDLE : ReadPolicy.STABLE_CONNECTION;
        return elapsed().compareTo(least) >= 0
                && (request.live() == LiveMode.SSE && hasHead
                        || request.live() == LiveMode.LONG_POLL && !(failure instanceof StreamTimeoutException));
    }

    private Flux<Batch<T>> giveUp(DurableStreamException failure) {
        ReadRecovery recovery = reactions.recovery();
        if (recovery == null || !state.mayRecover()) {
            return Flux.error(failure);
        }
        return ApplicationCode.mono(() -> recovery.recover(failure), requests::notRecovered)
                .timeout(
                        settings().timeouts().requestTimeout(),
                        Mono.error(() -> requests.notRecoveredInTime(failure)),
                        requests.timing().scheduler())
                .switchIfEmpty(Mono.error(failure))
                .flatMapMany(changes -> {
                    requests.change(changes);
                    go(Cause.RECOVERY, state.recovered(random()));
                    return Flux.empty();
                });
    }

    private void become(ReadState.Transition next) {
        state = next.state();
        step = next.step();
        exchangeEnded = true;
    }

    private void go(Cause cause, ReadState.Transition next) {
        become(next);
        if (step instanceof ReadStep.Request request) {
            record((recorder, url) -> recorder.reconnecting(url, cause, request.delay()));
        }
    }

    // Reports of the current body.

    @Override
    public void expect(StreamFormat found) {
        if (found == format) {
            return;
        }
        format = found;
        decoder = itemType.decoder(found, settings().sizes().maxMessageBytes(), this::handle);
        if (decoder == null) {
            throw new StreamContentException(
                    requests.failure("a stream of " + found + " content cannot be read as items of " + itemType));
        }
    }

    private @Nullable T handle(ItemType.Found found, Throwable cause) {
        if (!found.isJson() && reactions.unreadable() == null && settings().whenUnreadable() == UnreadablePolicy.FAIL) {
            throw requests.unreadable(state.position(), itemType, cause);
        }
        UnreadableMessageException.Message message =
                new UnreadableMessageException.Message(found.content(), state.position(), found.index(), null);
        String type = found.isJson() ? itemType.toString() : itemType + ", because it is not JSON";
        UnreadableMessageException failure = requests.unreadableMessage(message, type, cause);
        if (reactions.unreadable() != null) {
            return reactions.unreadable().handle(failure);
        }
        if (settings().whenUnreadable() == UnreadablePolicy.FAIL) {
            throw failure;
        }
        requests.failures().add(SKIPS, 1, failure, () -> "Skipping a message: " + failure.getMessage());
        return null;
    }

    @Override
    public RuntimeException unreadable(Unread unread, @Nullable Offset nextOffset) {
        if (nextOffset != null && unread.failure() instanceof UnreadableMessageException known) {
            return requests.unreadableMessage(
                    new UnreadableMessageException.Message(known.content(), known.offset(), known.index(), nextOffset),
                    itemType.toString(),
                    Objects.requireNonNull(known.getCause(), "a failure without a cause"));
        }
        return unread.raise();
    }

    @Override
    public Batch<T> part(Taken<T> part) {
        return part(part, state.checkpoint());
    }

    @Override
    public Batch<T> part(Taken<T> part, Offset nextOffset) {
        state = state.partDelivered(part.fresh());
        decoder().delivered();
        return batch(part.items(), nextOffset, false, false);
    }

    @Override
    public void answered(ReadAnswer answer, List<T> items, List<Batch<T>> batches) {
        advance(state.answered(answer, !items.isEmpty(), random()), items, batches);
    }

    @Override
    public void committed(ControlEvent control, List<T> items, List<Batch<T>> batches) {
        advance(state.committed(control, !items.isEmpty(), decoder().holdsBytes(), random()), items, batches);
    }

    private void advance(ReadState.Transition next, List<T> items, List<Batch<T>> batches) {
        if (next.step() instanceof ReadStep.Request request && request.offset().isSentinel()) {
            go(Cause.RECREATED, next);
            return;
        }
        state = next.state();
        decoder().commit();
        if (next.emit()) {
            batches.add(batch(items, state.checkpoint(), state.upToDate(), state.closed()));
        }
        if (state.upToDate()) {
            record((recorder, url) -> recorder.upToDate(url));
        }
        if (!(next.step() instanceof ReadStep.Continue)) {
            step = next.step();
            exchangeEnded = true;
        }
    }

    private Batch<T> batch(List<T> items, Offset nextOffset, boolean upToDate, boolean closed) {
        record((recorder, url) -> recorder.batchRead(url, items.size()));
        return new Batch<>(items, nextOffset, upToDate, closed);
    }

    @Override
    public void connectionEnded() {
        go(Cause.ROTATION, state.connectionEnded(elapsed(), random()));
    }

    @Override
    public void overflowed() {
        go(Cause.OVERFLOW, state.overflowed(elapsed(), random()));
    }

    // Queries of the current body.

    @Override
    public boolean hasEnded() {
        return exchangeEnded;
    }

    @Override
    public ReaderSettings settings() {
        return requests.settings();
    }

    @Override
    public Offset requireNextOffset(Answer answer) {
        return requests.requireNextOffset(answer);
    }

    @Override
    public Failure failure(String reason) {
        return requests.failure(reason);
    }

    @Override
    public Failure failure(int status, String reason) {
        Failure failure = requests.failure(reason);
        return new Failure(failure.operation(), failure.url(), status, reason, null);
    }

    private void record(BiConsumer<ReadMetricsRecorder, URI> event) {
        requests.record(event);
    }

    @Override
    public ItemDecoder<T> decoder() {
        return Objects.requireNonNull(decoder, "no answer has told what the stream holds");
    }

    @Override
    public StreamFormat format() {
        return Objects.requireNonNull(format, "no answer has told what the stream holds");
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(requests.timing().nanos() - startedNanos);
    }

    private double random() {
        return requests.timing().random().getAsDouble();
    }
}
