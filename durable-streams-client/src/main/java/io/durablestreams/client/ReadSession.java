package io.durablestreams.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.ItemDecoder.Taken;
import io.durablestreams.client.StreamTransport.Answer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadAnswer;
import io.durablestreams.protocol.reader.ReadPolicy;
import io.durablestreams.protocol.reader.ReadState;
import io.durablestreams.protocol.reader.ReadStep;
import io.durablestreams.protocol.sse.ControlEvent;

/**
 * One subscription of a reader: carries out the steps that {@link ReadState} decides, one exchange after the other, and
 * reports back what happened.
 *
 * <p>All fields are touched by one signal at a time: the timer of an exchange joins its signals before they get here.
 */
final class ReadSession<T> {

    private final ReadRequests requests;
    private final ItemType<T> itemType;

    private ReadState state;
    private ReadStep step;
    private ReadStep running;
    private long startedNanos;
    private @Nullable StreamFormat format;
    private @Nullable ItemDecoder<T> decoder;

    ReadSession(ReadRequests requests, ItemType<T> itemType, ReadPolicy policy, Offset from) {
        ReadState.Transition start = ReadState.start(policy, from);
        this.requests = requests;
        this.itemType = itemType;
        this.state = start.state();
        this.step = start.step();
        this.running = step;
    }

    /** Reads until there is nothing more to do; can be subscribed to once. */
    Flux<Batch<T>> batches() {
        return Flux.defer(this::perform).repeat(() -> !(step instanceof ReadStep.Complete));
    }

    private Flux<Batch<T>> perform() {
        if (step instanceof ReadStep.Request request) {
            // Hidden, or concatMap would take the shortcut for a single value and not wait until something is asked
            // for.
            Flux<Batch<T>> exchange = Flux.just(request).hide().concatMap(this::exchange, 0);
            return request.delay().isZero()
                    ? exchange
                    : Mono.delay(request.delay(), requests.timing().scheduler()).thenMany(exchange);
        }
        if (step instanceof ReadStep.Fail fail) {
            return Flux.error(new StreamProtocolException(requests.failure(fail.reason())));
        }
        return Flux.empty();
    }

    private Flux<Batch<T>> exchange(ReadStep.Request request) {
        running = request;
        startedNanos = requests.timing().nanos();
        ReadExchange<T> exchange =
                request.live() == LiveMode.SSE ? new SseExchange<>(this) : new AnswerExchange<>(this, request);
        return requests.send(request)
                .concatMapDelayError(signal -> receive(signal, exchange), false, 0)
                .concatWith(Flux.defer(() -> end(exchange)))
                .onErrorResume(failure -> recover(request, failure))
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
    }

    private Flux<Batch<T>> receive(Object signal, ReadExchange<T> exchange) {
        if (signal instanceof Answer answer) {
            exchange.head(answer);
            return Flux.empty();
        }
        List<Batch<T>> batches = new ArrayList<>(1);
        DataBuffer buffer = (DataBuffer) signal;
        try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
            while (parts.hasNext() && !isOver()) {
                ByteBuffer part = parts.next();
                exchange.data(part, batches);
            }
        } finally {
            DataBufferUtils.release(buffer);
        }
        Flux<Batch<T>> completed = Flux.fromIterable(batches);
        return isOver() ? completed.concatWith(Flux.error(new Abandoned())) : completed;
    }

    private Flux<Batch<T>> end(ReadExchange<T> exchange) {
        List<Batch<T>> batches = new ArrayList<>(1);
        exchange.end(batches);
        return Flux.fromIterable(batches);
    }

    private Flux<Batch<T>> recover(ReadStep.Request request, Throwable failure) {
        if (failure instanceof Abandoned) {
            return Flux.empty();
        }
        Throwable translated = requests.toStreamException(request, failure);
        TransientStreamException passing =
                translated instanceof TransientStreamException transientFailure ? transientFailure : null;
        ReadState.Transition next =
                state.failed(passing != null, passing == null ? null : passing.retryAfter(), elapsed(), random());
        state = next.state();
        step = next.step();
        return step instanceof ReadStep.GiveUp ? Flux.error(translated) : Flux.empty();
    }

    // What the exchanges report.

    /** The answer says what the stream holds. */
    void expect(StreamFormat found) {
        if (found == format) {
            return;
        }
        format = found;
        decoder = itemType.decoder(found, settings().maxMessageBytes());
        if (decoder == null) {
            throw new StreamContentException(
                    requests.failure("a stream of " + found + " content cannot be read as items of " + itemType));
        }
    }

    /** A part of an answer is complete, and more is to come. */
    Batch<T> part(Taken<T> part) {
        state = state.partDelivered(part.fresh());
        return new Batch<>(part.items(), state.checkpoint(), false, false);
    }

    /** An answer is complete. */
    void answered(ReadAnswer answer, List<T> items, List<Batch<T>> batches) {
        advance(state.answered(answer, !items.isEmpty(), random()), items, batches);
    }

    /** A control event has come. */
    void committed(ControlEvent control, List<T> items, List<Batch<T>> batches) {
        advance(state.committed(control, !items.isEmpty(), decoder().holdsBytes()), items, batches);
    }

    private void advance(ReadState.Transition next, List<T> items, List<Batch<T>> batches) {
        state = next.state();
        if (decoder != null) {
            decoder.commit();
        }
        if (next.emit()) {
            batches.add(new Batch<>(items, state.checkpoint(), state.upToDate(), state.closed()));
        }
        if (!(next.step() instanceof ReadStep.Continue)) {
            step = next.step();
        }
    }

    /** An SSE connection has ended. */
    void connectionEnded() {
        ReadState.Transition next = state.connectionEnded(elapsed(), random());
        state = next.state();
        step = next.step();
    }

    /** Too much has come over SSE without a control event. */
    void overflowed() {
        ReadState.Transition next = state.overflowed();
        state = next.state();
        step = next.step();
    }

    // What the exchanges need.

    /** Whether the exchange that is running has led to another step, so that the rest of its answer does not matter. */
    boolean isOver() {
        return step != running;
    }

    ReadRequests requests() {
        return requests;
    }

    ReaderSettings settings() {
        return requests.settings();
    }

    ItemDecoder<T> decoder() {
        return Objects.requireNonNull(decoder, "no answer has told what the stream holds");
    }

    StreamFormat format() {
        return Objects.requireNonNull(format, "no answer has told what the stream holds");
    }

    Duration elapsed() {
        return Duration.ofNanos(requests.timing().nanos() - startedNanos);
    }

    private double random() {
        return requests.timing().random().getAsDouble();
    }

    /** Ends an exchange whose answer does not matter any more; stops at {@link #recover}. */
    private static final class Abandoned extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Abandoned() {
            super(null, null, false, false);
        }
    }
}
