package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStreamException.Failure;
import io.durablestreams.client.OutgoingBatch.ReceiptListener;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;

/**
 * Accepts messages, hands batches to the lane when they are due, and tells everybody what became of
 * them.
 */
final class DefaultIdempotentProducer implements IdempotentProducer, LaneDriver.Outcomes {

    private final LaneDriver.Identity identity;
    private final ProducerSource source;
    private final ProducerSettings settings;
    private final BatchAccumulator accumulator;
    private final SerialLoop loop;
    private final LaneDriver driver;
    private final MessageEncoder.Target<Optional<PendingMessage>> unattended =
            (bytes, length) -> offer(bytes, length, null);

    private final AtomicBoolean learning = new AtomicBoolean();
    private final AtomicReference<@Nullable Mono<Void>> closing = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<Offset>> closingStream = new AtomicReference<>();
    private volatile @Nullable String contentType;
    private volatile @Nullable ProducerStop stop;

    // Touched by tasks of the loop only.
    private final ProducerReports reports;
    private final FlushTracker flushes = new FlushTracker();
    private final WakeTimer lingerTimer;

    /** Offers a message, and passes its outcome on to the subscriber of {@link #send}. */
    private record SendListener(DefaultIdempotentProducer producer, MonoSink<AppendReceipt> sink)
            implements ReceiptListener, MessageEncoder.Target<Optional<PendingMessage>> {

        @Override
        public Optional<PendingMessage> accept(byte[] bytes, int length) {
            return producer.offer(bytes, length, this);
        }

        @Override
        public void stored(AppendReceipt receipt) {
            sink.success(receipt);
        }

        @Override
        public void failed(DurableStreamException cause) {
            sink.error(cause);
        }
    }

    DefaultIdempotentProducer(
            LaneDriver.Identity identity,
            ProducerSource source,
            ProducerSettings settings,
            @Nullable ProducerErrorHandler errorHandler) {
        this.identity = identity;
        this.source = source;
        this.settings = settings;
        this.reports = new ProducerReports(identity, errorHandler);
        this.loop = new SerialLoop(source.requests().timing().scheduler(), this::pump);
        this.lingerTimer = new WakeTimer(source.requests().timing(), loop, () -> {});
        this.accumulator = new BatchAccumulator(settings, source.requests().timing());
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
        String type = contentType;
        if (type == null) {
            Object snapshot = MessageEncoder.snapshot(message, url());
            boolean hasRoom = accumulator.queueHasRoom(MessageEncoder.sizeOf(snapshot));
            accept(new PendingMessage(snapshot, null, null, !hasRoom));
            return;
        }
        Optional<PendingMessage> pending = source.encoder().encode(message, type, url(), unattended);
        if (pending.isPresent()) {
            accept(pending.get());
        }
    }

    private void accept(PendingMessage pending) {
        if (pending.lacksRoom()) {
            awaitAdmission(pending);
        } else {
            enqueue(pending);
        }
    }

    /** Puts a message into a batch, or returns it, with bytes of its own, if it has to queue up. */
    private Optional<PendingMessage> offer(byte[] bytes, int length, @Nullable ReceiptListener receipt) {
        requireItFits(length);
        BatchAccumulator.Offer offer = accumulator.offer(bytes, length, receipt);
        switch (offer) {
            case ADDED_AND_DUE -> loop.signal();
            case BEHIND, FULL -> {
                byte[] own = Arrays.copyOf(bytes, length);
                return Optional.of(new PendingMessage(own, own, receipt, offer == BatchAccumulator.Offer.FULL));
            }
            case CLOSED -> throw refusal();
            case ADDED -> {}
        }
        return Optional.empty();
    }

    private byte[] encode(Object message, String type) {
        byte[] bytes = source.encoder().encode(message, type, url());
        requireItFits(bytes.length);
        return bytes;
    }

    private void requireItFits(int length) {
        if (length > settings.maxBufferedBytes()) {
            throw new IllegalArgumentException("A message of " + length + " bytes exceeds maxBufferedBytes ("
                    + settings.maxBufferedBytes() + ") of the producer for " + url());
        }
    }

    private void enqueue(PendingMessage pending) {
        if (!accumulator.enqueue(pending)) {
            throw refusal();
        }
        loop.signal();
        learnStart();
    }

    private void awaitAdmission(PendingMessage pending) {
        if (Schedulers.isInNonBlockingThread()) {
            loop.signal();
            throw full("and this thread must not wait for room; use send()");
        }
        enqueue(pending);
        try {
            pending.admission().get(settings.maxBlock().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException timedOut) {
            giveUp(pending, full("for " + settings.maxBlock()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            giveUp(pending, full("until the thread was interrupted"));
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        DurableStreamException letGo = pending.refusal();
        if (letGo != null) {
            throw stop != null ? refusal() : letGo;
        }
    }

    private void giveUp(PendingMessage pending, ProducerBufferFullException failure) {
        if (accumulator.remove(pending)) {
            loop.signal();
            throw failure;
        }
    }

    @Override
    public Mono<AppendReceipt> send(Object message) {
        return Mono.create(sink -> {
            try {
                send(message, sink);
            } catch (RuntimeException refused) {
                sink.error(refused);
            }
        });
    }

    private void send(Object message, MonoSink<AppendReceipt> sink) {
        String type = contentType;
        SendListener listener = new SendListener(this, sink);
        Optional<PendingMessage> pending = type == null
                ? Optional.of(new PendingMessage(MessageEncoder.snapshot(message, url()), null, listener, true))
                : source.encoder().encode(message, type, url(), listener);
        if (pending.isPresent()) {
            PendingMessage queued = pending.get();
            sink.onCancel(() -> cancelled(queued));
            enqueue(queued);
        }
    }

    private void cancelled(PendingMessage pending) {
        if (accumulator.remove(pending)) {
            loop.signal();
        }
    }

    // The content type and the first epoch.

    private void learnStart() {
        if (contentType == null && learning.compareAndSet(false, true)) {
            learnStart(source.contentType())
                    .subscribe(
                            start -> loop.execute(() -> start(start)),
                            failure -> loop.execute(() -> notLearned(failure)));
        }
    }

    private Mono<ProducerStart> learnStart(Mono<String> type) {
        return ProducerStart.learn(type, source, settings, url());
    }

    private void start(ProducerStart start) {
        if (contentType == null) {
            accumulator.formatIs(StreamFormat.of(start.contentType()));
            driver.start(start.epoch(), start.contentType());
            contentType = start.contentType();
        }
    }

    private void notLearned(Throwable failure) {
        learning.set(false);
        DurableStreamException cause = failure instanceof DurableStreamException known
                ? known
                : new StreamRequestException(failure("the producer could not start: " + failure, failure));
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
        source.metrics().messageFailed(url(), cause);
        ReceiptListener receipt = pending.receipt();
        OutgoingBatch.tell(receipt, listener -> listener.failed(cause));
        if (receipt == null) {
            reports.failed(cause, List.of(source.encoder().describe(pending.message())));
        }
        flushes.failed(pending.ordinal(), pending.ordinal(), cause);
        pending.admission().complete(false);
    }

    // What the loop does after its tasks, and whenever a message says that it is due.

    private void pump() {
        String type = contentType;
        ProducerStop stopped = stop;
        if (type != null && stopped == null) {
            accumulator.admit(
                    message -> encode(message, type),
                    (pending, cause) -> failed(
                            pending, new StreamRequestException(failure(String.valueOf(cause.getMessage()), cause))));
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
        if (source.metrics() != ProducerMetricsRecorder.NONE) {
            source.metrics().buffered(url(), producerId(), accumulator.bufferedBytes());
        }
    }

    private void started(OutgoingBatch batch) {
        int bytes = batch.messageBytes();
        source.metrics().batchStarted(url(), batch.count(), bytes, (double) bytes / settings.maxBatchBytes());
    }

    private @Nullable OutgoingBatch nextBatch() {
        if (stop == null && flushes.hasBarrier() && accumulator.firstOrdinal() > flushes.barrier()) {
            return null;
        }
        boolean room = driver.hasRoom();
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
        stop = new ProducerStop(producerId(), cause);
        accumulator.close();
        accumulator.sealOpen();
    }

    @Override
    public void stored(OutgoingBatch batch, AppendReceipt receipt) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
        }
        Duration latency = Duration.ofNanos(nanos() - batch.createdNanos());
        source.metrics().batchStored(url(), batch.count(), batch.messageBytes(), receipt.outcome(), latency);
        batch.stored(receipt);
    }

    @Override
    public void failed(OutgoingBatch batch, DurableStreamException cause) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
            loop.signal(); // It may have failed as it was offered: no answer will come that tells of the room.
        }
        source.metrics().batchFailed(url(), batch.count(), batch.messageBytes(), cause);
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
                return Mono.error(closed());
            }
            String known = contentType;
            if (finalMessage != null && known != null) {
                encode(finalMessage, known); // What cannot be written is refused while the producer is still open.
            }
            Mono<Offset> begun = closingStream.get();
            if (begun != null) {
                return begun;
            }
            Mono<Offset> mine = closeOnce(finalMessage)
                    .doOnTerminate(this::clearTimers) // Before another attempt may begin, which sets them again.
                    .doOnError(failure -> closingStream.set(null))
                    .cache();
            return closingStream.compareAndSet(null, mine) ? mine : closeStream(finalMessage);
        });
    }

    private void clearTimers() {
        loop.execute(lingerTimer::clear);
        loop.execute(driver::clearTimer);
    }

    private Mono<Offset> closeOnce(@Nullable Object finalMessage) {
        return Mono.defer(() -> {
            accumulator.close();
            return flush().then(Mono.defer(() -> startToClose(finalMessage))).flatMap(type -> {
                byte @Nullable [] last = finalMessage == null ? null : encode(finalMessage, type);
                return Mono.create(sink -> loop.execute(() -> offerClose(type, last, sink)));
            });
        });
    }

    /** Starts, if nothing was appended; a close without a message needs no content type. */
    private Mono<String> startToClose(@Nullable Object finalMessage) {
        String known = contentType;
        if (known != null) {
            return Mono.just(known);
        }
        Mono<String> type =
                finalMessage != null ? source.contentType() : Mono.just(StreamFormat.APPLICATION_OCTET_STREAM);
        return learnStart(type)
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

    private DurableStreamException refusal() {
        ProducerStop stopped = stop;
        return stopped != null ? stopped.refusal() : closed();
    }

    private ProducerClosedException closed() {
        return new ProducerClosedException(failure("the producer '" + producerId() + "' is closed", null));
    }

    private ProducerBufferFullException full(String howLong) {
        return new ProducerBufferFullException(failure(
                "the buffer of maxBufferedBytes (" + settings.maxBufferedBytes() + ") stayed full " + howLong, null));
    }

    private Failure failure(String reason, @Nullable Throwable cause) {
        return Failure.of(StreamOperation.APPEND, url(), reason, cause);
    }
}
