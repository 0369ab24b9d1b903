package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;

/** Hands batches to the lane when they are due, and tells everybody what became of them. */
final class DefaultIdempotentProducer implements IdempotentProducer, BatchOutcomes {

    private final ProducerIdentity identity;
    private final ProducerSource source;
    private final ProducerSettings settings;
    private final BatchAccumulator accumulator;
    private final MessageIntake intake;
    private final SerialLoop loop;
    private final LaneDriver driver;
    private final AtomicBoolean learning = new AtomicBoolean();
    private final Disposable.Swap learned = Disposables.swap();
    private final AtomicReference<@Nullable Mono<Void>> closing = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<Offset>> closingStream = new AtomicReference<>();

    // Touched by tasks of the loop only.
    private final ProducerReports reports;
    private final FlushTracker flushes = new FlushTracker();
    private final WakeTimer lingerTimer;

    DefaultIdempotentProducer(
            ProducerIdentity identity,
            ProducerSource source,
            ProducerSettings settings,
            @Nullable ProducerErrorHandler errorHandler) {
        this.identity = identity;
        this.source = source;
        this.settings = settings;
        this.reports = new ProducerReports(identity, errorHandler);
        this.loop = new SerialLoop(source.requests()::onSendingThread, this::pump);
        this.lingerTimer = new WakeTimer(source.requests().timing(), loop, () -> {});
        this.accumulator = new BatchAccumulator(settings, source.requests().timing());
        this.intake = new MessageIntake(identity, settings, source.encoder(), accumulator, new Arrivals());
        this.driver = new LaneDriver(identity, source, settings, loop, this);
        if (source.epochs().areStored() && settings.sequence() > 0) {
            throw new IllegalArgumentException("A sequence to start with (" + settings.sequence()
                    + ") belongs to the epoch of the settings, and there is an EpochStore that gives another one");
        }
        if (source.known() != null && !source.epochs().areStored()) {
            start(new ProducerStart(source.known(), settings.epoch()));
        }
    }

    @Override
    public URI url() {
        return identity.url();
    }

    @Override
    public String producerId() {
        return identity.producerId();
    }

    @Override
    public void append(Object message) {
        intake.append(message);
    }

    @Override
    public Mono<AppendReceipt> send(Object message) {
        return intake.send(message);
    }

    /** What messages set going, on their threads. */
    private final class Arrivals implements MessageIntake.Listener {

        @Override
        public void due() {
            loop.signal();
        }

        @Override
        public void queued() {
            loop.signal();
            learnStart();
        }

        @Override
        public void refused(DurableStreamException cause) {
            source.metrics().record(recorder -> recorder.messageRefused(url(), cause));
        }
    }

    // The content type and the first epoch.

    private void learnStart() {
        if (intake.contentType() == null && learning.compareAndSet(false, true)) {
            learned.update(learnedStart()
                    .subscribe(
                            start -> loop.execute(() -> start(start)),
                            failure -> loop.execute(() -> notLearned(failure))));
        }
    }

    private Mono<ProducerStart> learnedStart() {
        return ProducerStart.learn(source.contentType(), source, settings, url());
    }

    private void start(ProducerStart start) {
        if (intake.contentType() == null) {
            accumulator.formatIs(StreamFormat.of(start.contentType()));
            driver.start(start.epoch(), start.contentType());
            intake.contentTypeIs(start.contentType());
        }
    }

    private void notLearned(Throwable failure) {
        learning.set(false);
        DurableStreamException cause = failure instanceof DurableStreamException known
                ? known
                : new StreamRequestException(identity.failure("the producer could not start: " + failure, failure));
        letGo(cause);
    }

    private void letGo(DurableStreamException cause) {
        for (PendingMessage pending : accumulator.drainQueue(cause)) {
            if (pending.refusal() == null) {
                failed(pending, cause);
            } else {
                pending.admission().complete(false);
            }
        }
    }

    private void failed(PendingMessage pending, DurableStreamException cause) {
        source.metrics().record(recorder -> recorder.messageFailed(url(), cause));
        ReceiptListener receipt = pending.receipt();
        OutgoingBatch.notify(receipt, listener -> listener.failed(cause));
        if (receipt == null) {
            reports.failed(cause, List.of(MessageEncoder.describe(pending.message())));
        }
        flushes.failed(pending.ordinal(), pending.ordinal(), cause);
        pending.admission().complete(false);
    }

    // What the loop does after its tasks, and whenever a message says that it is due.

    private void pump() {
        String type = intake.contentType();
        ProducerStop stopped = intake.stop();
        if (type != null && stopped == null) {
            accumulator.admit(
                    message -> intake.encode(message, type),
                    (pending, cause) -> failed(
                            pending,
                            new StreamRequestException(identity.failure(String.valueOf(cause.getMessage()), cause))));
        }
        for (OutgoingBatch batch = nextBatch(); batch != null; batch = nextBatch()) {
            started(batch);
            driver.offer(batch);
        }
        if (stopped != null) {
            letGo(stopped.cause());
        }
        reportBuffered();
        completeFlushes();
    }

    private void reportBuffered() {
        if (!source.metrics().calls(ProducerMetricsRecorder.NONE)) {
            source.metrics().record(recorder -> recorder.buffered(url(), producerId(), accumulator.bufferedBytes()));
        }
    }

    private void started(OutgoingBatch batch) {
        int bytes = batch.messageBytes();
        source.metrics()
                .record(recorder ->
                        recorder.batchStarted(url(), batch.count(), bytes, (double) bytes / settings.maxBatchBytes()));
    }

    private @Nullable OutgoingBatch nextBatch() {
        if (intake.stop() == null && flushes.hasBarrier() && accumulator.firstOrdinal() > flushes.barrier()) {
            return null;
        }
        boolean room = driver.hasWindow();
        Duration age = room ? settings.linger() : settings.deliveryTimeout();
        OutgoingBatch batch = accumulator.poll(age.toNanos(), room ? flushes.lastOrdinal() : 0);
        if (batch == null && room) {
            awaitLinger();
        }
        return batch;
    }

    private void awaitLinger() {
        long nanos = accumulator.openUntil(settings.linger().toNanos());
        if (nanos >= 0) {
            lingerTimer.wakeAt(nanos() + nanos);
        }
    }

    @Override
    public void stopped(DurableStreamException cause) {
        intake.stop(new ProducerStop(producerId(), cause));
        accumulator.close();
        accumulator.sealOpen();
    }

    @Override
    public void stored(OutgoingBatch batch, AppendReceipt receipt) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
        }
        Duration latency = Duration.ofNanos(nanos() - batch.createdNanos());
        source.metrics()
                .record(recorder ->
                        recorder.batchStored(url(), batch.count(), batch.messageBytes(), receipt.outcome(), latency));
        batch.stored(receipt);
    }

    @Override
    public void failed(OutgoingBatch batch, DurableStreamException cause) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
            loop.signal(); // It may have failed as it was offered: no answer will come that tells of the room.
        }
        source.metrics().record(recorder -> recorder.batchFailed(url(), batch.count(), batch.messageBytes(), cause));
        List<byte[]> unattended = batch.failed(cause);
        if (!unattended.isEmpty()) {
            reports.failed(cause, unattended);
        }
        // Only now: a flush that somebody begins on being told of one message has to tell of the others.
        if (!batch.closesStream()) {
            flushes.failed(batch.firstOrdinal(), batch.lastOrdinal(), cause);
        }
    }

    @Override
    public void tooLarge(OutgoingBatch batch) {
        int refused = batch.body().length();
        reports.tooLarge(refused, accumulator.refusedSize(refused));
    }

    @Override
    public Mono<Void> flush() {
        return Mono.create(sink -> {
            long before = flushes.failures();
            loop.execute(() -> flushes.await(accumulator.sealOpen(), before, failure -> end(sink, failure)));
        });
    }

    @Override
    public Mono<Void> restart() {
        return Mono.create(sink -> {
            long before = flushes.failures();
            loop.execute(() -> flushes.awaitRestart(accumulator.sealOpen(), before, failure -> {
                loop.signal(); // What was held back may go then.
                end(sink, failure != null ? failure : driver.restart());
            }));
        });
    }

    private static void end(MonoSink<Void> sink, @Nullable DurableStreamException failure) {
        if (failure == null) {
            sink.success();
        } else {
            sink.error(failure);
        }
    }

    private void completeFlushes() {
        if (!flushes.isEmpty()) {
            long underWay = driver.firstOrdinal();
            flushes.settledBefore(Math.min(underWay, accumulator.firstOrdinal()), underWay == Long.MAX_VALUE);
        }
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            Mono<Offset> withStream = closingStream.get();
            if (withStream != null) {
                return withStream.then();
            }
            accumulator.close();
            closing.compareAndSet(null, flush().doOnTerminate(this::clearTimers).cache());
            return Objects.requireNonNull(closing.get());
        });
    }

    @Override
    public Mono<Offset> closeStream(@Nullable Object finalMessage) {
        return Mono.defer(() -> {
            if (closing.get() != null) {
                return Mono.error(intake.closed());
            }
            // What cannot be written is refused while the producer is still open.
            Function<String, byte[]> last = finalMessage == null ? null : intake.written(finalMessage);
            Mono<Offset> begun = closingStream.get();
            if (begun != null) {
                return begun;
            }
            Mono<Offset> mine = closeOnce(last)
                    .doOnTerminate(this::clearTimers) // Before another attempt may begin, which sets them again.
                    .doOnError(failure -> closingStream.set(null))
                    .cache();
            return closingStream.compareAndSet(null, mine) ? mine : closeStream(finalMessage);
        });
    }

    /** Also ends what a message has set going that was withdrawn before it was known how to begin. */
    private void clearTimers() {
        learned.dispose();
        loop.execute(lingerTimer::clear);
        loop.execute(driver::clearTimer);
    }

    private Mono<Offset> closeOnce(@Nullable Function<String, byte[]> finalMessage) {
        return Mono.defer(() -> {
            accumulator.close();
            return flush().then(Mono.defer(this::startToClose)).flatMap(type -> {
                byte @Nullable [] last = finalMessage == null ? null : finalMessage.apply(type);
                return Mono.create(sink -> loop.execute(() -> offerClose(type, last, sink)));
            });
        });
    }

    /** Starts, if nothing was appended. */
    private Mono<String> startToClose() {
        String known = intake.contentType();
        return known != null
                ? Mono.just(known)
                : learnedStart()
                        .flatMap(start -> Mono.create(sink -> loop.execute(() -> {
                            start(start);
                            sink.success(start.contentType());
                        })));
    }

    private void offerClose(String type, byte @Nullable [] last, MonoSink<Offset> sink) {
        ClosingListener listener = new ClosingListener(url(), sink);
        OutgoingBatch unanswered = driver.unansweredClose(listener);
        OutgoingBatch batch = unanswered != null
                ? unanswered
                : OutgoingBatch.of(last, StreamFormat.of(type), accumulator.nextOrdinal(), nanos())
                        .closingStream(listener);
        started(batch);
        driver.offer(batch);
    }

    private long nanos() {
        return source.requests().timing().nanos();
    }
}
